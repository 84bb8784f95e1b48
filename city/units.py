"""Units of measurement as people and files spell them, and how one becomes another: ours = theirs × factor + offset.

pint (https://pint.readthedocs.io) knows the factors; here is only which words mean which unit. What pint is never given
is a text from outside: it would evaluate it.
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pint


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its dimension; `pint` is its name there, empty where nothing is converted."""

    name: str
    dimension: str
    pint: str = ""


@dataclass(frozen=True, slots=True)
class Conversion:
    """theirs × factor + offset, in unit `to`."""

    factor: float
    offset: float = 0.0
    to: str | None = None

    @property
    def changes(self) -> bool:
        return (self.factor, self.offset) != (1.0, 0.0)


# the first word of each row is the name we keep
_SPELLINGS: tuple[tuple[str, str, str], ...] = (
    ("length", "meter", "m meter meters metre metres"),
    ("length", "kilometer", "km kilometer kilometers kilometre kilometres"),
    ("length", "decimeter", "dm"),
    ("length", "centimeter", "cm centimeter centimeters centimetre centimetres"),
    ("length", "millimeter", "mm millimeter millimeters millimetre millimetres l/m2"),
    ("length", "foot", "ft foot feet"),
    ("length", "inch", "in inch inches"),
    ("length", "mile", "mi mile miles"),
    ("speed", "kilometer/hour", "km/h kmh kph kmph km/hr"),
    ("speed", "meter/second", "m/s mps"),
    ("speed", "centimeter/second", "cm/s"),
    ("speed", "mile/hour", "mph mi/h"),
    ("speed", "knot", "kn kt kts knot knots"),
    ("temperature", "degC", "°C c degc cel celsius"),
    ("temperature", "degF", "°F f degf [degf] fahrenheit"),
    ("temperature", "kelvin", "K kelvin"),
    ("concentration", "microgram/meter**3", "µg/m³ mcg/m3 ug.m-3"),
    ("concentration", "milligram/meter**3", "mg/m³"),
    ("concentration", "nanogram/meter**3", "ng/m³"),
    ("share", "dimensionless", "1 share fraction ratio"),
    ("share", "percent", "% percent pct %rh"),
    ("discharge", "meter**3/second", "m³/s cumec cumecs"),
    ("discharge", "meter**3/hour", "m³/h"),
    ("discharge", "foot**3/second", "ft³/s cfs"),
    ("discharge", "liter/second", "l/s"),
    ("volume", "meter**3", "m³"),
    ("volume", "foot**3", "ft³"),
    ("volume", "liter", "l liter liters litre litres"),
    ("volume", "gallon", "gal gallon gallons"),
    ("pressure", "hectopascal", "hPa mbar millibar"),
    ("pressure", "kilopascal", "kPa"),
    ("pressure", "pascal", "Pa"),
    ("pressure", "bar", "bar"),
    ("area", "kilometer**2", "km²"),
    ("area", "meter**2", "m²"),
    ("area", "hectare", "ha hectare hectares"),
    ("area", "mile**2", "mi² sqmi"),
    ("area", "international_acre", "acre acres ac"),
    ("time", "second", "s sec second seconds"),
    ("time", "minute", "min minute minutes"),
    ("time", "hour", "h hour hours"),
    ("sound", "", "dBA db(a) db"),  # a logarithm: named, never converted
    ("flow", "", "vehicles/h veh/h vph"),
)
_REGISTRY = "international_acre = 4046.8564224 * meter**2"  # pint's own acre is the US survey's


def _plain(text: str) -> str:
    """A spelling without case, spaces and typography: `µ` is `u` and `³` is `3`."""
    folded = unicodedata.normalize("NFKC", text.casefold()).replace("μ", "u").replace("^", "")
    return "".join(folded.split())


def _spelled() -> dict[str, Unit]:
    rows = [(words.split(), dimension, pint) for dimension, pint, words in _SPELLINGS]
    return {_plain(w): Unit(words[0], dimension, pint) for words, dimension, pint in rows for w in words}


_UNITS = _spelled()


@lru_cache(maxsize=4096)
def unit_of(text: str) -> Unit | None:
    """The unit that a text names, however it is spelled."""
    return _UNITS.get(_plain(text[:40]))


@lru_cache(maxsize=4096)
def conversion(theirs: str, ours: str) -> Conversion | None:
    """How `theirs` becomes `ours`; None when either is unknown or they measure different things."""
    a, b = unit_of(theirs), unit_of(ours)
    if a is None or b is None or a.dimension != b.dimension:
        return Conversion(1.0, 0.0, ours) if _plain(theirs) == _plain(ours) else None
    if a == b:
        return Conversion(1.0, 0.0, b.name)
    zero, thousand = (_registry().Quantity(v, a.pint).to(b.pint).magnitude for v in (0.0, 1000.0))
    return Conversion(_exact((thousand - zero) / 1000), _exact(zero), b.name)


def _exact(value: float) -> float:
    """What binary fractions added in the last digits is taken off again."""
    return float(f"{value:.14g}")


@lru_cache(maxsize=1)
def _registry() -> "pint.UnitRegistry[Any]":
    import pint

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry()
    registry.define(_REGISTRY)
    return registry
