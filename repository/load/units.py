"""Units of measurement and how one becomes another: ours = theirs × factor + offset.

Factors are exact by definition: the international foot, inch and mile of 1959 and the US gallon (NIST SP 811,
appendix B.8); degrees Fahrenheit and kelvin by the SI's definition of the degree Celsius.
"""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its dimension, and how it becomes the dimension's base unit."""

    name: str
    dimension: str
    factor: float = 1.0
    offset: float = 0.0


@dataclass(frozen=True, slots=True)
class Conversion:
    """theirs × factor + offset, in unit `to`."""

    factor: float
    offset: float = 0.0
    to: str | None = None

    @property
    def changes(self) -> bool:
        return (self.factor, self.offset) != (1.0, 0.0)


_FOOT, _MILE, _GALLON = 0.3048, 1609.344, 3.785411784e-3
# spelled as people and files spell them; the first of each row is the name we keep
_SPELLINGS: tuple[tuple[Unit, str], ...] = (
    (Unit("m", "length"), "m meter meters metre metres"),
    (Unit("km", "length", 1000), "km kilometer kilometers kilometre kilometres"),
    (Unit("cm", "length", 0.01), "cm centimeter centimeters centimetre centimetres"),
    (Unit("mm", "length", 0.001), "mm millimeter millimeters millimetre millimetres"),
    (Unit("ft", "length", _FOOT), "ft foot feet"),
    (Unit("in", "length", _FOOT / 12), "in inch inches"),
    (Unit("mi", "length", _MILE), "mi mile miles"),
    (Unit("km/h", "speed"), "km/h kmh kph kmph"),
    (Unit("m/s", "speed", 3.6), "m/s mps"),
    (Unit("mph", "speed", _MILE / 1000), "mph mi/h"),
    (Unit("kn", "speed", 1.852), "kn kt kts knot knots"),
    (Unit("°C", "temperature"), "°c c degc celsius"),
    (Unit("°F", "temperature", 5 / 9, -32 * 5 / 9), "°f f degf fahrenheit"),
    (Unit("K", "temperature", 1, -273.15), "k kelvin"),
    (Unit("µg/m³", "concentration"), "µg/m³ ug/m3 mcg/m3"),
    (Unit("mg/m³", "concentration", 1000), "mg/m³ mg/m3"),
    (Unit("ng/m³", "concentration", 0.001), "ng/m³ ng/m3"),
    (Unit("1", "share"), "1 share fraction ratio"),
    (Unit("%", "share", 0.01), "% percent pct"),
    (Unit("m³/s", "discharge"), "m³/s m3/s cumec cumecs"),
    (Unit("ft³/s", "discharge", _FOOT**3), "ft³/s ft3/s cfs"),
    (Unit("l/s", "discharge", 0.001), "l/s"),
    (Unit("m³", "volume"), "m³ m3"),
    (Unit("ft³", "volume", _FOOT**3), "ft³ ft3"),
    (Unit("l", "volume", 0.001), "l liter liters litre litres"),
    (Unit("gal", "volume", _GALLON), "gal gallon gallons"),
    (Unit("hPa", "pressure"), "hpa mbar millibar"),
    (Unit("kPa", "pressure", 10), "kpa"),
    (Unit("Pa", "pressure", 0.01), "pa"),
    (Unit("km²", "area"), "km² km2"),
    (Unit("m²", "area", 1e-6), "m² m2"),
    (Unit("ha", "area", 0.01), "ha hectare hectares"),
    (Unit("mi²", "area", (_MILE / 1000) ** 2), "mi² mi2 sqmi"),
    (Unit("acre", "area", 4840 * (0.9144 / 1000) ** 2), "acre acres ac"),
    (Unit("s", "time"), "s sec second seconds"),
    (Unit("min", "time", 60), "min minute minutes"),
    (Unit("h", "time", 3600), "h hour hours"),
    (Unit("dBA", "sound"), "dba db(a) db"),
    (Unit("vehicles/h", "flow"), "vehicles/h veh/h vph"),
)


def _plain(text: str) -> str:
    """A spelling without case, spaces and typography: `µ` is `u` and `³` is `3`."""
    folded = unicodedata.normalize("NFKC", text.casefold()).replace("μ", "u").replace("^", "")
    return "".join(folded.split())


_UNITS = {_plain(word): unit for unit, words in _SPELLINGS for word in words.split()}


def unit_of(text: str) -> Unit | None:
    """The unit that a text names, however it is spelled."""
    return _UNITS.get(_plain(text))


def conversion(theirs: str, ours: str) -> Conversion | None:
    """How `theirs` becomes `ours`; None when either is unknown or they measure different things."""
    a, b = unit_of(theirs), unit_of(ours)
    if a is None or b is None or a.dimension != b.dimension:
        return Conversion(1.0, 0.0, ours) if _plain(theirs) == _plain(ours) else None
    if a.factor == b.factor and a.offset == b.offset:
        return Conversion(1.0, 0.0, b.name)
    return Conversion(a.factor / b.factor, (a.offset - b.offset) / b.factor, b.name)
