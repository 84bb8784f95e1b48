import math

import pytest

from data_sources.engine.contract import SourceError
from data_sources.standards.json_payload import load


@pytest.mark.parametrize("raw", [b"[1]", b"\xef\xbb\xbf[1]", b"  [1]\n"])
def test_json_is_read(raw: bytes) -> None:
    assert load(raw) == [1]


def test_numbers_that_json_has_not_are_kept_for_their_rows_to_be_refused() -> None:
    huge, nan, infinite, whole = load(b"[" + b"9" * 5000 + b", NaN, -Infinity, 7]")
    assert huge == math.inf and math.isnan(nan) and infinite == -math.inf and whole == 7


def test_a_code_with_leading_zeros_is_a_text() -> None:
    assert load(b'[{"code": 006, "list":[01, 10,0]}]') == [{"code": "006", "list": ["01", 10, 0]}]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "an empty answer"),
        (b"<!DOCTYPE html><html>", "an HTML page"),
        (b"<alert/>", "a document in tags"),
        (b'[{"a": 1}', "not JSON"),
        (b'["\xff"]', "not JSON"),
        (b'["\\ud800", NaN]', "not JSON"),
        (b"[" * 2000, "not JSON"),
        (b'{"code": 006, "told": "a, 007, b"}', "leading zero"),
    ],
)
def test_what_is_no_json_fails_as_a_whole(raw: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        load(raw)
