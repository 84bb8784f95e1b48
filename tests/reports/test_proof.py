"""What is not whole, or blank, is never taken for a report."""

import json
import re
import zlib
from pathlib import Path

import pytest

from reports.document import document, frozen
from reports.making import typeset
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


def _blanked(pdf: bytes, which: int) -> bytes:
    """The file with one page's text taken out, as a missing typeface would leave it."""
    streams = [m for m in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.S) if _text(m[1])]
    packed = streams[which][1]
    empty = re.sub(rb"\((?:\\.|[^\\()])*\)", b"()", zlib.decompress(packed), flags=re.S)
    return pdf.replace(packed, zlib.compress(empty))


def _text(packed: bytes) -> bool:
    try:
        return b"/MCID" in zlib.decompress(packed)
    except zlib.error:
        return False


def test_one_blank_page_is_found(made: bytes) -> None:
    with pytest.raises(ProofError, match="almost blank"):
        proof(_blanked(made, 2), SNAPSHOT)


def test_pages_that_do_not_hold_the_documents_text_are_found(made: bytes) -> None:
    longer = json.loads(SNAPSHOT)
    longer["sections"][0]["blocks"].append({"kind": "text", "text": "x" * 30_000})
    with pytest.raises(ProofError, match="letters are on the pages"):
        proof(made, json.dumps(longer).encode())
