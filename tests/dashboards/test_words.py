import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.kit.words import BIDI, hover_text, plain_text

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="https://evil.example">Pay here</a>',
    "<b onmouseover=alert(1)>x</b>",
    '<span style="font-size:99px">x</span>',
    "javascript:alert(1)",
    "\u202egnp.exe",
    "\u2066hidden\u2069",
    "a\r\nb\tc\x00d",
    "&lt;a href=x&gt;",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hover_texts_hold_letters_only(payload: str) -> None:
    shown = hover_text(payload)
    assert "<" not in shown and ">" not in shown and not BIDI.search(shown)


@given(st.text())
def test_any_text_becomes_one_short_line(text: str) -> None:
    shown = plain_text(text, 40)
    assert len(shown) <= 40 and shown.splitlines() in ([], [shown]) and not BIDI.search(shown)


def test_names_keep_their_spelling() -> None:
    assert plain_text("Thủy Xuân – Huế") == "Thủy Xuân – Huế"
