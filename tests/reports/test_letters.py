from hypothesis import given
from hypothesis import strategies as st

from dashboards.kit.language import LOCALES, languages
from reports.fonts import LETTERS
from reports.letters import outside, printable, printed
from tests.reports.conftest import HUE


@given(st.text(max_size=200), st.integers(2, 60))
def test_text_from_outside_is_printable_and_fits(text: str, longest: int) -> None:
    found = outside(text, longest)
    assert {ord(c) for c in found} <= LETTERS
    assert 0 <= len(found) <= longest


def test_a_letter_that_the_typeface_lacks_is_shown_to_be_missing() -> None:
    assert printable("Huế 化 ❤") == "Huế □ □"


def test_letters_and_marks_written_apart_come_together() -> None:
    assert printable("Hue\u0302\u0301") == "Huế"


def test_every_word_of_the_catalogues_can_be_printed() -> None:
    for code in LOCALES:
        messages = [*languages(HUE.zone)[code].messages.values()]
        assert messages and printed(messages) == messages
