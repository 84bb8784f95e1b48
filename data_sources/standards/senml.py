"""SenML (RFC 8428) in JSON, XML and CBOR, with the units of RFC 8798. Mapping: docs/standards/senml.md."""

from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import cbor2

from data_sources.engine.contract import Row, SourceError
from data_sources.standards.dialect import PLAIN, Dialect
from data_sources.standards.found import Found
from data_sources.standards.json_payload import load
from data_sources.standards.moments import from_epoch
from data_sources.standards.quantities import SENML, conversion, number, symbol
from data_sources.standards.rows import RowError, as_pack, each, reading, shown, text
from data_sources.standards.vocabulary import is_listed, metric_of
from data_sources.standards.xml_payload import records

VERSION = 10
RELATIVE = 1 << 28  # times below count from now (4.5.3)
LABELS = {
    **{-1: "bver", -2: "bn", -3: "bt", -4: "bu", -5: "bv", -6: "bs", 0: "n", 1: "u", 2: "v", 3: "vs", 4: "vb"},
    **{5: "s", 6: "t", 7: "ut", 8: "vd"},
}
"""CBOR writes numbers for labels (table 4)."""
NUMBERS = ("bt", "bv", "bs", "t", "v", "s", "ut", "bver")
VALUES = frozenset({"v", "vs", "vb", "vd", "s"})
BASES = frozenset({"bn", "bt", "bu", "bv", "bs", "bver"})
KNOWN = frozenset(LABELS.values())
QUANTITIES = {
    **{"Cel": "temperature", "K": "temperature", "%RH": "humidity", "V": "voltage", "A": "current", "W": "power"},
    **{"Pa": "pressure", "hPa": "pressure", "lx": "illuminance", "m/s": "velocity", "km/h": "velocity"},
    **{"/": "ratio", "%": "ratio", "J": "energy", "kWh": "energy", "Hz": "frequency", "dB": "level", "%EL": "battery"},
    **{"m": "length", "mm": "length", "l": "volume", "m3": "volume", "l/s": "flow_rate", "m3/s": "flow_rate"},
    **{"lat": "latitude", "lon": "longitude", "count": "count", "ppm": "concentration", "kg": "mass"},
}
"""What is measured where no name says it, by unit."""
Record = dict[str, Any]


def decode(raw: bytes, dialect: Dialect = PLAIN, at: datetime | None = None) -> Iterable[Found]:
    """Rows of observation. `at` is when the pack was received. Raises SourceError."""
    return each(resolved(raw, at), lambda r: [_reading(r, dialect)], as_pack)


def resolved(raw: bytes, at: datetime | None = None) -> list[Record]:
    """Records with their base values applied and absolute times (4.6). Raises SourceError."""
    base: Record = {}
    out = []
    for written in _pack(raw):
        if not isinstance(written, dict):
            raise SourceError(f"{shown(written)} is no SenML record")
        if not written.keys() <= KNOWN and (foreign := next((k for k in written if str(k).endswith("_")), None)):
            raise SourceError(f"the field {shown(foreign)} must be understood and is not known (4.4)")
        if BASES & written.keys():
            base.update({k: written[k] for k in BASES if k in written})
            _check_version(base.get("bver"))
        out.append(_with_base(written, base, at))
    return [r for r in out if r.keys() & VALUES or "error" in r]


def _check_version(version: Any) -> None:
    if version is not None and not (isinstance(version, int | float) and version <= VERSION):
        raise SourceError(f"SenML version {shown(version)}; at most {VERSION} is understood")


def _with_base(written: Record, base: Record, at: datetime | None) -> Record:
    """A record on its own; what can't be computed is left for the row to be refused by."""
    record = {k: v for k, v in written.items() if k not in BASES}
    try:
        record["n"] = (text(base.get("bn")) or "") + (text(written.get("n")) or "")
        if unit := text(written.get("u")) or text(base.get("bu")):
            record["u"] = unit
        for name, basis in (("v", "bv"), ("s", "bs")):
            if name in written or (name == "v" and basis in base and not written.keys() & VALUES):
                record[name] = _sum(written.get(name), base.get(basis))
        time = _sum(written.get("t"), base.get("bt"))
        record["t"] = time if time >= RELATIVE else time + _now(at)
    except RowError as e:
        record["error"] = str(e)
    return record


def _sum(value: Any, base: Any) -> float:
    given, basis = 0 if value is None else value, 0 if base is None else base
    return number(given) + number(basis)


def _now(at: datetime | None) -> float:
    if at is None:
        raise RowError("a time relative to the receipt, whose time is not known")
    return at.astimezone(UTC).timestamp()


def _pack(raw: bytes) -> list[Any]:
    head = raw[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if head == b"<":
        return _xml(raw)
    found = _cbor(raw) if raw[:1] and raw[0] >> 5 == 4 else load(raw)
    if not isinstance(found, list):
        raise SourceError(f"no SenML pack, which is a list: {shown(found)}")
    return found


def _xml(raw: bytes) -> list[Record]:
    """Attributes are text: those of numbers and of `vb` take their type by their label (7)."""
    out = []
    for element in records(raw, frozenset({"sensml"}), frozenset({"senml"})):
        record: Record = {str(k): v for k, v in element.attrib.items()}
        if "vb" in record:
            record["vb"] = {"true": True, "false": False}.get(str(record["vb"]), record["vb"])
        for name in NUMBERS:
            if name in record:
                record[name] = _float(record[name])
        out.append(record)
    return out


def _float(written: Any) -> Any:
    try:
        return float(written)
    except ValueError:
        return written


def _cbor(raw: bytes) -> list[Any]:
    """cbor2 bounds nesting and never allocates what the bytes do not hold."""
    if len(raw) > 64 << 20:
        raise SourceError(f"a pack of {len(raw):,} bytes")
    stream = BytesIO(raw)
    try:
        found = cbor2.load(stream)
    except (cbor2.CBORDecodeError, ValueError, OverflowError, RecursionError) as e:
        raise SourceError(f"not CBOR: {shown(str(e))}") from e
    if stream.tell() != len(raw) and stream.read(1):
        raise SourceError("bytes after the end of the pack")
    if not isinstance(found, list):
        raise SourceError("no SenML pack, which is a list")
    return [{LABELS.get(k, k): _plain(v) for k, v in r.items()} if isinstance(r, dict) else r for r in found]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str | int | float | None):
        return value
    try:
        return float(value)  # decimal fractions and big floats (tags 4 and 5)
    except (TypeError, ValueError, OverflowError):
        return shown(type(value).__name__)


def _reading(record: Record, dialect: Dialect) -> Row:
    if "error" in record:
        raise RowError(record["error"])
    name = record["n"]
    if not name:
        raise RowError("no name")
    sensor, metric = _named(name, record.get("u"), dialect)
    if "v" in record:
        value = number(record["v"])
    elif isinstance(record.get("vb"), bool):
        value = float(record["vb"])
    elif "s" in record:
        value, metric = number(record["s"], "sum"), f"{metric}_sum"
    else:
        raise RowError(f"{metric}: a text or bytes, no number")
    unit = record.get("u") or dialect.units.get(metric)
    into = conversion(metric, symbol(unit, SENML) if unit else None)
    return reading(sensor, metric, from_epoch(record["t"]), into(value), into.unit)


def _named(name: str, unit: str | None, dialect: Dialect) -> tuple[str, str]:
    """Sensor and metric. A name ends in what is measured, or is the sensor's alone and the unit says it."""
    cut = max(name.rfind("/"), name.rfind(":"))
    device, last = name[:cut], name[cut + 1 :]
    if cut > 0 and last and (is_listed(last, dialect.metrics) or not any(c.isdigit() for c in last)):
        return device, metric_of(last, dialect.metrics)
    if unit is None or unit not in QUANTITIES:
        raise RowError(f"neither the name {shown(name)} nor its unit says what was measured")
    return name.rstrip("/:"), dialect.metrics.get(unit) or QUANTITIES[unit]
