"""What holds of every record that any decoder gives, whatever it was given."""

import json
from datetime import UTC, timedelta
from importlib import import_module
from typing import Any

from city.batch import CARRIED, KEYS, NUMBERS, TIMES
from data_sources.engine.contract import Patch, Rejected, Row, SourceError
from data_sources.standards.dialect import PLAIN, Decode, Dialect
from data_sources.standards.found import Found, Link
from tests.data_sources.standards.payloads import PAYLOADS

STANDARDS = tuple(PAYLOADS)
MORE = {"event": {"attributes"}, "feedback": {"summary", "updated_at"}, "observation": {"unit"}, "sensor": set()}
"""Columns of the repository that a batch does not carry."""


def decoder(standard: str) -> Decode:
    decode: Decode = import_module(f"data_sources.standards.{standard}").decode
    return decode


def decoded(standard: str, raw: bytes, dialect: Dialect = PLAIN, at: Any = None) -> list[Found]:
    found = list(decoder(standard)(raw, dialect, at))
    for record in found:
        check(record)
    return found


def decoded_or_refused(standard: str, raw: bytes) -> list[Found]:
    """No exception but the one that the contract names, and that with a reason of one line."""
    said = "fine"
    try:
        return decoded(standard, raw)
    except SourceError as e:
        said = str(e)
    assert 3 < len(said) < 300
    assert "\n" not in said
    return []


def check(record: Found) -> None:
    if isinstance(record, Rejected):
        assert record.row
        assert 3 < len(record.reason) < 400
        assert "\n" not in record.reason
    elif isinstance(record, Link):
        assert record.href
    else:
        assert isinstance(record, Row | Patch)
        _check_values(record.table, record.values, whole=isinstance(record, Row))


def _check_values(table: str, values: dict[str, Any], *, whole: bool) -> None:
    assert set(values) <= {*CARRIED[table], *MORE[table]} - {"source"}
    assert {k for k in KEYS[table] if k != "source"} <= set(values)
    if whole and table in ("observation", "event", "feedback"):
        begins = {"observation": "observed_at", "event": "opened_at", "feedback": "received_at"}[table]
        assert begins in values
    for name, value in values.items():
        assert value is not None
        if name in TIMES:
            assert value.tzinfo is UTC
        elif name in NUMBERS and name != "expected_every":
            assert isinstance(value, int | float) and not isinstance(value, bool)
            assert value - value == 0
        elif name == "attributes":
            assert "\\u0000" not in json.dumps(value, allow_nan=False)
        else:
            assert isinstance(value, str | bool | timedelta)
            assert not isinstance(value, str) or (value and "\0" not in value)
    assert abs(values.get("latitude", 0)) <= 90
    assert abs(values.get("longitude", 0)) <= 180


def rows(found: list[Found], table: str) -> list[dict[str, Any]]:
    return [r.values for r in found if isinstance(r, Row) and r.table == table]


def reasons(found: list[Found]) -> list[str]:
    return [r.reason for r in found if isinstance(r, Rejected)]
