"""Numbers with a unit, as the contract wants them: city.units converts, the standards' unit codes are named here.

Codes: UN/CEFACT Recommendation 20 (NGSI-LD's unitCode), the IANA registry of SenML units (RFC 8428, RFC 8798), and
the symbols of UCUM that SensorThings servers write.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from city.metrics import METRICS
from city.units import conversion as to_ours
from city.units import unit_of
from data_sources.standards.rows import RowError, shown

CEFACT = {
    **{"GQ": "µg/m³", "GP": "mg/m³", "59": "ppm", "61": "ppb", "C62": "1", "P1": "%", "2N": "dB"},
    **{"CEL": "°C", "FAH": "°F", "KEL": "K", "MTR": "m", "CMT": "cm", "MMT": "mm", "DMT": "dm", "KMT": "km"},
    **{"FOT": "ft", "INH": "in", "SMI": "mi", "KMH": "km/h", "MTS": "m/s", "HM": "mi/h", "KNT": "kn", "2M": "cm/s"},
    **{"PAL": "Pa", "A97": "hPa", "KPA": "kPa", "MBR": "mbar", "BAR": "bar", "LUX": "lx", "D54": "W/m²"},
    **{"MQS": "m³/s", "MQH": "m³/h", "G51": "l/s", "H67": "mm/h", "SEC": "s", "MIN": "min", "HUR": "h"},
    **{"DD": "°", "VLT": "V", "AMP": "A", "WTT": "W", "KWT": "kW", "KWH": "kWh", "HTZ": "Hz"},
}
SENML = {
    **{"Cel": "°C", "%RH": "%", "/": "1", "m": "m", "K": "K", "lx": "lx", "Pa": "Pa", "dB": "dB", "count": "1"},
    **{"m3/s": "m³/s", "l/s": "l/s", "W/m2": "W/m²", "ug/m3": "µg/m³", "mg/m3": "mg/m³", "lat": "°", "lon": "°"},
    **{"%EL": "%", "EL": "s", "beat/min": "1/min", "dBW": "dBW", "dBm": "dBm"},
}
SYMBOLS = {
    **{"degC": "°C", "degF": "°F", "C": "°C", "F": "°F", "ug/m3": "µg/m³", "µg/m3": "µg/m³", "ug/m^3": "µg/m³"},
    **{"μg/m³": "µg/m³", "μg/m3": "µg/m³", "ug.m-3": "µg/m³", "mg/m3": "mg/m³", "kmh": "km/h", "km/hr": "km/h"},
    **{"percent": "%", "dB(A)": "dB", "dBA": "dB", "m3/s": "m³/s", "vehicles/h": "vehicles/h", "veh/h": "vehicles/h"},
    **{"Percent": "%", "l/m2": "mm", "[degF]": "°F", "[ppm]": "ppm", "[ppb]": "ppb", "Pct": "%", "mph": "mi/h"},
}
_LISTED = frozenset({*CEFACT.values(), *SENML.values(), *SYMBOLS.values()})


@dataclass(frozen=True, slots=True)
class Conversion:
    """ours = theirs × factor + offset, in `unit`."""

    unit: str | None
    factor: float = 1.0
    offset: float = 0.0

    def __call__(self, value: float) -> float:
        return value if self.factor == 1.0 and self.offset == 0.0 else value * self.factor + self.offset


def number(value: object, name: str = "value") -> float:
    """A finite number; true, text and NaN are none. Text that spells a number is one: many feeds quote theirs."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise RowError(f"{name}: {shown(value)} where a number belongs")
    try:
        found = float(value)
    except (ValueError, OverflowError) as e:
        raise RowError(f"{name}: {shown(value)} where a number belongs") from e
    if found - found != 0:
        raise RowError(f"{name}: {shown(value)} is not finite")
    return found


def symbol(code: str, codes: Mapping[str, str]) -> str:
    """The unit that a code names; a code nobody listed names itself."""
    code = code.strip()
    return codes.get(code) or SYMBOLS.get(code) or code


@lru_cache(maxsize=1024)
def conversion(metric: str, unit: str | None) -> Conversion:
    """How a reading in `unit` becomes one of the contract's metric; other metrics keep their unit. Raises RowError."""
    known = METRICS.get(metric)
    if known is None:
        return Conversion(unit)
    if unit is None:
        return Conversion(known.unit)
    found = to_ours(unit, known.unit)
    if found is None:
        listed = unit in _LISTED or unit_of(unit) is not None
        raise RowError(
            f"{metric}: {shown(unit)} can't become {known.unit}"
            if listed
            else f"{metric}: the unit {shown(unit)} is not known"
        )
    return Conversion(known.unit, found.factor, found.offset)
