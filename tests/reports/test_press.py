"""PDFs are opened by hand: their streams unpacked, so that no reader smooths over what is wrong."""

import hashlib
import json
import re
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from city.city import picture
from reports.document import document, frozen
from reports.plot import svgs
from reports.press import PressError
from reports.press import pdf as press
from tests.city.makers import batch
from tests.dashboards.scenes import HUE, places
from tests.reports.conftest import W43, scope


def pdf(snapshot: bytes, typeface: Path) -> bytes:
    return press(snapshot, svgs(snapshot, typeface), typeface)


def unpacked(made: bytes) -> list[bytes]:
    out = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.S):
        try:
            out.append(zlib.decompress(stream))
        except zlib.error:
            out.append(stream)
    return out


@pytest.fixture(scope="module")
def snapshot() -> bytes:
    return frozen(document(scope("flooded", "vi")))


@pytest.fixture(scope="module")
def made(snapshot: bytes, typeface: Path) -> bytes:
    return pdf(snapshot, typeface)


def test_the_snapshot_comes_out_byte_for_byte(made: bytes, snapshot: bytes) -> None:
    assert snapshot in unpacked(made)


def test_the_file_says_that_it_keeps_both_standards_and_the_weeks_end(made: bytes) -> None:
    everything = b"\n".join([made, *unpacked(made)])
    assert b"<pdfuaid:part>1<" in everything
    assert b"<pdfaid:part>3<" in everything and b"<pdfaid:conformance>A<" in everything
    assert b"2025-10-26T17:00:00" in everything
    assert b"/Subtype/Image" not in everything.replace(b" ", b"")


def test_every_section_opens_with_a_heading_and_tables_have_headers(made: bytes, snapshot: bytes) -> None:
    everything = b"\n".join([made, *unpacked(made)])
    sections = json.loads(snapshot)["sections"]
    assert len(re.findall(rb"/S\s*/H1\b", everything)) == len(sections)
    assert len(re.findall(rb"/S\s*/TH\b", everything)) > 30
    charts = json.dumps(sections).count('"kind": "chart"')
    assert len(re.findall(rb"/S\s*/Figure\b", everything)) == charts > 6


def test_the_same_snapshot_gives_the_same_bytes(made: bytes, snapshot: bytes, typeface: Path) -> None:
    assert hashlib.sha256(pdf(snapshot, typeface)).digest() == hashlib.sha256(made).digest()


def test_it_is_small(made: bytes) -> None:
    assert len(made) < 1_000_000


@pytest.mark.parametrize("scene", ["empty", "stale"])
def test_a_city_of_which_nothing_is_known_gets_its_pages(scene: str, typeface: Path) -> None:
    assert pdf(frozen(document(scope(scene, "en"))), typeface).startswith(b"%PDF-")


def test_one_wards_report_is_made(typeface: Path) -> None:
    assert pdf(frozen(document(scope("flooded", "pt", place="19753"))), typeface).startswith(b"%PDF-")


def test_no_typeface_is_an_error_and_never_an_empty_page(snapshot: bytes, tmp_path: Path) -> None:
    with pytest.raises(PressError, match="no typeface"):
        pdf(snapshot, tmp_path)


def test_a_letter_that_cannot_be_drawn_is_an_error(snapshot: bytes, typeface: Path) -> None:
    broken = json.loads(snapshot)
    broken["sections"][0]["title"] = "化"
    with pytest.raises(PressError):
        pdf(json.dumps(broken).encode(), typeface)


def test_ten_thousand_hostile_tickets_break_no_page(typeface: Path) -> None:
    hostile = ('#import "x" $x$ *b* _i_ @ref <label> \\', "x" * 4000, "\x00\x1b[31m\u202e\ud800化", "= H1\n- item")
    tickets = [
        {
            "feedback_id": f"{hostile[i % 4]}{i}",
            "category": hostile[(i + 1) % 4],
            "agency": hostile[(i + 2) % 4],
            "status": "received",
            "received_at": W43.end - timedelta(days=30, minutes=i),
            "due_at": W43.end - timedelta(days=20),
        }
        for i in range(10_000)
    ]
    rows = batch(whole=True, place=[{**places()[0], "name": hostile[0]}], feedback=tickets)
    mine = scope(picture(HUE, rows, W43.end), "en")
    snapshot = frozen(document(replace(mine, before=mine.before[:0])))
    assert b"10,000" in snapshot
    assert pdf(snapshot, typeface).startswith(b"%PDF-")
