import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.engine.contract import SourceError
from data_sources.standards.senml import decode, resolved
from tests.data_sources.standards.laws import decoded, reasons, rows
from tests.data_sources.standards.payloads import SENML, SENML_CBOR, SENML_XML, dumped
from tests.data_sources.standards.samples import sample, samples

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_base_values_are_applied() -> None:
    found = rows(decoded("senml", dumped(SENML)), "observation")
    assert [(r["sensor_id"], r["metric"], r["value"], r.get("unit")) for r in found] == [
        ("urn:dev:mac:0024befffe804ff1", "temperature", 29.5, "°C"),
        ("urn:dev:mac:0024befffe804ff1", "humidity", 81, "%"),
        ("urn:dev:mac:0024befffe804ff1", "door", 1, None),
    ]
    assert [r["observed_at"].minute for r in found] == [0, 1, 0]


@pytest.mark.parametrize("raw", [SENML_XML, SENML_CBOR])
def test_json_xml_and_cbor_say_the_same(raw: bytes) -> None:
    assert decoded("senml", raw) == decoded("senml", dumped(SENML))


def test_a_small_time_counts_from_the_receipt() -> None:
    (reading,) = rows(
        decoded("senml", dumped([{"n": "d:temperature", "u": "Cel", "v": 1, "t": -5}]), at=NOW), "observation"
    )
    assert (NOW - reading["observed_at"]).total_seconds() == 5


def test_a_small_time_is_refused_when_the_receipt_is_not_known() -> None:
    (reason,) = reasons(decoded("senml", dumped([{"n": "d:temperature", "v": 1}])))
    assert "relative to the receipt" in reason


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"n": "d:label", "vs": "Room"}, "a text or bytes, no number"),
        ({"n": "2001:db8::3", "v": 1}, "neither the name"),
        ({"n": "d:temperature", "v": "warm"}, "warm where a number belongs"),
        ({"n": "d:temperature", "v": []}, "list where a number belongs"),
        ({"n": "d:temperature", "v": True}, "True where a number belongs"),
        ({"v": 1, "u": "Cel"}, "no name"),
        ({"n": "d:temperature", "u": "Vx", "v": 1}, "the unit Vx is not known"),
    ],
)
def test_what_can_t_be_right_is_refused(record: dict[str, Any], reason: str) -> None:
    (said,) = reasons(decoded("senml", dumped([record]), at=NOW))
    assert reason in said


@pytest.mark.parametrize("pack", [{"n": "a"}, [1], [{"bver": 11, "n": "a", "v": 1}], [{"n": "a", "v": 1, "x_": 1}], 5])
def test_a_pack_that_must_not_be_understood_fails_as_a_whole(pack: Any) -> None:
    with pytest.raises(SourceError):
        decode(dumped(pack), at=NOW)


def test_a_sum_alone_is_a_reading_of_its_own() -> None:
    (reading,) = rows(decoded("senml", dumped([{"n": "d:energy", "u": "J", "s": 7}]), at=NOW), "observation")
    assert (reading["metric"], reading["value"]) == ("energy_sum", 7)


def test_a_decimal_fraction_of_cbor_is_its_number() -> None:
    raw = (
        b"\x81\xa3\x00" + cbor2.dumps("d:temperature") + b"\x01" + cbor2.dumps("Cel") + b"\x02\xc4\x82\x20\x19\x00\xfa"
    )
    (reading,) = rows(decoded("senml", raw, at=NOW), "observation")
    assert reading["value"] == pytest.approx(25.0)


ORACLES = [p for p in samples("senml") if p.name.endswith(".gen.resolved.json")]


@pytest.mark.parametrize("path", ORACLES or [None], ids=lambda p: p.name if p else "absent")
def test_the_standard_s_examples_resolve_as_its_authors_resolved_them(path: Path | None) -> None:
    expected = json.loads(sample(path).read_bytes())
    for other in path.parent.glob(path.name.replace(".gen.resolved.json", "*")) if path else ():
        if other == path or not other.name.startswith(path.name.split(".")[0] + "."):
            continue
        # the authors resolved examples without a time when they ran their tool, and left binary values out
        now = datetime.fromtimestamp(expected[0]["t"], UTC)
        ours = [r for r in resolved(other.read_bytes(), now) if "vd" not in r]
        assert ours == expected, other.name


numbers = st.floats(-1e6, 1e6, allow_nan=False)


@given(
    st.lists(st.tuples(numbers, st.integers(-1000, 1000)), min_size=1), numbers, st.integers(300_000_000, 2_000_000_000)
)
def test_a_pack_with_base_values_says_what_it_says_without(
    readings: list[tuple[float, int]], bv: float, bt: int
) -> None:
    based = [{"bn": "dev:", "bt": bt, "bv": bv, "bu": "Cel"}]
    based += [{"n": "temperature", "v": v, "t": t} for v, t in readings]
    full = [{"n": "dev:temperature", "u": "Cel", "v": v + bv, "t": t + bt} for v, t in readings]
    # a record of base values alone still has the base value
    assert rows(decoded("senml", dumped(based)), "observation")[-len(readings) :] == rows(
        decoded("senml", dumped(full)), "observation"
    )
