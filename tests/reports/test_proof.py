"""What is not whole, or blank, is never taken for a report."""

import json
import re
import zlib
from pathlib import Path

import pytest

from reports.document import document, frozen
from reports.making import ReportError, typeset
from reports.proof import ProofError, pages, proof
from tests.reports.conftest import scope

SNAPSHOT = frozen(document(scope("flooded", "vi")))


@pytest.fixture(scope="module")
def made(typeface: Path) -> bytes:
    return typeset(SNAPSHOT, typeface)


def test_a_report_has_pages_and_text_on_each(made: bytes) -> None:
    found = proof(made, SNAPSHOT)
    assert found == pages(made) and found.pages == len(found.letters) >= len(json.loads(SNAPSHOT)["sections"])
    assert min(found.letters) > 200


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7", b"%%EOF", b"x%PDF-1.7 %%EOF"])
def test_half_a_pdf_is_none(pdf: bytes) -> None:
    with pytest.raises(ProofError, match="no PDF"):
        proof(pdf, SNAPSHOT)


def _packed(pdf: bytes) -> list[bytes]:
    """The pages' streams, as they stand in the file, by the lengths that it gives them."""
    begins = [(m.end(), int(m[1])) for m in re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\r?\n", pdf)]
    return [pdf[at : at + long] for at, long in begins if b"/MCID" in _unpacked(pdf[at : at + long])]


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompress(packed)
    except zlib.error:
        return packed


def _blanked(pdf: bytes, which: int) -> bytes:
    """The file with one page's text taken out, as a missing typeface would leave it."""
    packed = _packed(pdf)[which]
    empty = re.sub(rb"\((?:\\.|[^\\()])*\)", b"()", zlib.decompress(packed), flags=re.S)
    return pdf.replace(packed, zlib.compress(empty).ljust(len(packed), b"\0"))


@pytest.mark.parametrize("which", [0, 2])
def test_one_blank_page_is_found(made: bytes, which: int) -> None:
    with pytest.raises(ProofError, match=r"almost blank|does not bear the hash"):
        proof(_blanked(made, which), SNAPSHOT)


def test_pages_of_another_snapshot_are_found(made: bytes) -> None:
    with pytest.raises(ProofError, match=r"page 1 of .* does not bear the hash"):
        proof(made, SNAPSHOT + b" ")


def test_pages_that_do_not_hold_the_documents_text_are_found(typeface: Path) -> None:
    longer = json.loads(SNAPSHOT)
    unset = {"kind": "beside", "blocks": [], "text": "x" * 30_000}
    longer["sections"] = [{**longer["sections"][0], "blocks": [unset]}]
    with pytest.raises(ReportError, match="letters are on the pages"):
        typeset(json.dumps(longer).encode(), typeface)


def test_packed_bytes_that_look_like_the_end_of_a_line_cost_no_page(made: bytes) -> None:
    packed = _packed(made)[2]
    padded = (zlib.compress(zlib.decompress(packed) + b"\t" * n, 9) for n in range(4000))
    unlucky = next(p for p in padded if p.endswith(b"\r"))
    assert pages(made.replace(packed, unlucky)) == pages(made)
