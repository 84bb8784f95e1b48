"""Whatever an answer has become on its way: rows, refused rows with reasons, or one SourceError; nothing else."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from city.batch import KEYS
from data_sources.engine.contract import Rejected, Row
from data_sources.standards.dialect import Dialect
from tests.data_sources.standards.laws import STANDARDS, decoded, decoded_or_refused, reasons
from tests.data_sources.standards.payloads import DATEX_JSON, NGSI, PAYLOADS, REQUESTS, SENML, THINGS

JSON: dict[str, Any] = {
    "ngsi_ld": NGSI,
    "sensorthings": THINGS,
    "open311": REQUESTS,
    "senml": SENML,
    "datex2": DATEX_JSON,
}
DIALECT, RECEIVED = Dialect(zone=ZoneInfo("UTC")), datetime(2026, 11, 23, tzinfo=UTC)
nasty = st.sampled_from(
    [
        *(None, True, False, 0, -1, 1e308, -273.16, 2**63, "", " ", "NaN", "Infinity", "-0", "1e999", "\0", "\u202e"),
        *(
            "2026-13-45T99:99:99Z",
            "2026-11-23",
            "2026-11-23T07:00:00",
            "9999-12-31T23:59:59-14:00",
            "0001-01-01T00:00Z",
        ),
        *("/", "..", "a/b/c", [], {}, [[]], {"value": None}, {"type": "Point", "coordinates": [0, 0]}),
        *({"type": "Point", "coordinates": [16.4, 107.5]}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}),
        *("<b onmouseover=alert(1)>", "'; drop table event; --", "٣٥", "²", "1_000", "0x10", [1, "a", None]),
    ]
)
values = st.recursive(
    nasty | st.text(max_size=20) | st.floats(allow_nan=False, allow_infinity=False) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
quick = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


def _spots(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a document."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [spot for k in keys for spot in ((value, k), *_spots(value[k]))]


@st.composite
def mutated(draw: Callable[[Any], Any], document: Any) -> bytes:
    """One to four places of a document replaced, removed, moved or repeated."""
    copied = {"all": copy.deepcopy(document)}
    for _ in range(draw(st.integers(1, 4))):
        container, key = draw(st.sampled_from(_spots(copied)))
        what = draw(st.sampled_from(["replace", "replace", "replace", "remove", "wrap", "repeat", "rename"]))
        if what == "replace":
            container[key] = copy.deepcopy(draw(values))
        elif what == "remove" and container is not copied:
            del container[key]
        elif what == "wrap":
            container[key] = draw(st.sampled_from([[container[key]], {"value": container[key]}]))
        elif what == "repeat" and isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
        elif what == "rename" and isinstance(container, dict) and container is not copied:
            container[draw(st.sampled_from(["id", "type", "value", "result", "data", "@iot.id"]))] = container[key]
    return json.dumps(copied.get("all")).encode()


@pytest.mark.parametrize("standard", JSON)
@quick
@given(data=st.data())
def test_a_changed_document_gives_rows_and_refusals(standard: str, data: st.DataObject) -> None:
    decoded_or_refused(standard, data.draw(mutated(JSON[standard])))


@st.composite
def damaged(draw: Callable[[Any], Any], raw: bytes) -> bytes:
    """Bytes overwritten, cut out, put in or repeated."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, max(len(raw) - 1, 0)))
        end = min(len(raw), start + draw(st.integers(0, 40)))
        put = draw(
            st.binary(max_size=6) | st.sampled_from([b"", b"<", b"&amp;", b"</alert>", b'"', b"9", b"\0", b"<![CDATA["])
        )
        raw = raw[:start] + put + raw[end:]
    return raw


@pytest.mark.parametrize("standard", STANDARDS)
@quick
@given(data=st.data())
def test_damaged_bytes_give_rows_and_refusals(standard: str, data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from(PAYLOADS[standard]))
    decoded_or_refused(standard, data.draw(damaged(raw)))


WORDS = st.sampled_from(
    ["", " ", "NaN", "-1", "1e400", "2026-11-23T07:00:00", "nowhere", "95,200", "16.4,107.5", "true"]
)


@st.composite
def reworded(draw: Callable[[Any], Any], raw: bytes) -> bytes:
    """An XML document whose texts and tags were exchanged, so that it stays well-formed more often than not."""
    from lxml import etree

    root = etree.fromstring(raw)
    for _ in range(draw(st.integers(1, 4))):
        every = list(root.iter(etree.Element))
        element = draw(st.sampled_from(every))
        what = draw(st.sampled_from(["text", "text", "remove", "repeat", "attribute", "tag"]))
        if what == "text":
            element.text = draw(WORDS)
        elif what == "remove" and element.getparent() is not None:
            element.getparent().remove(element)
        elif what == "repeat" and element.getparent() is not None:
            element.getparent().append(copy.deepcopy(element))
        elif what == "attribute":
            element.set(draw(st.sampled_from(["id", "v", "t", "n", "lang", "index"])), draw(WORDS))
        elif what == "tag":
            element.tag = draw(st.sampled_from(every)).tag
    return bytes(etree.tostring(root))


@pytest.mark.parametrize("standard", [s for s in STANDARDS if any(p.lstrip()[:1] == b"<" for p in PAYLOADS[s])])
@quick
@given(data=st.data())
def test_an_xml_document_with_other_words_gives_rows_and_refusals(standard: str, data: st.DataObject) -> None:
    xml = [p for p in PAYLOADS[standard] if p.lstrip()[:1] == b"<"]
    decoded_or_refused(standard, data.draw(reworded(data.draw(st.sampled_from(xml)))))


@pytest.mark.parametrize("standard", STANDARDS)
@settings(max_examples=50, deadline=None)
@given(raw=st.binary(max_size=200))
def test_any_bytes_give_rows_and_refusals(standard: str, raw: bytes) -> None:
    decoded_or_refused(standard, raw)


@pytest.mark.parametrize("standard", STANDARDS)
def test_reading_is_pure(standard: str) -> None:
    for raw in PAYLOADS[standard]:
        first = decoded(standard, raw)
        assert any(isinstance(r, Row) for r in first)
        assert decoded(standard, raw) == first


@pytest.mark.parametrize("standard", ["ngsi_ld", "sensorthings", "open311", "datex2", "senml", "cap"])
@quick
@given(data=st.data())
def test_what_is_refused_can_be_read_again_by_the_same_decoder(standard: str, data: st.DataObject) -> None:
    """So that a mended mapping can take it: meanwhile it is refused again, never lost."""
    raw = data.draw(mutated(JSON[standard])) if standard in JSON else data.draw(reworded(PAYLOADS[standard][0]))
    for record in decoded_or_refused(standard, raw):
        if isinstance(record, Rejected):
            again = decoded_or_refused(standard, record.row.encode())
            assert reasons(again), record


@pytest.mark.parametrize("standard", STANDARDS)
def test_what_a_row_was_read_from_gives_it_again(standard: str) -> None:
    """So a row that the border refuses can be read once more when a limit was mended."""
    for raw in PAYLOADS[standard]:
        for found in decoded(standard, raw, DIALECT, RECEIVED):
            if isinstance(found, Row):
                assert found.origin is not None
                again = decoded(standard, found.origin().encode(), DIALECT, RECEIVED)
                keys = [(r.table, *(r.values.get(k) for k in KEYS[r.table])) for r in again if isinstance(r, Row)]
                assert (found.table, *(found.values.get(k) for k in KEYS[found.table])) in keys
