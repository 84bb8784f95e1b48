import pytest

from dashboards.kit.language import LOCALES, languages
from dashboards.kit.reasons import SAID, reason
from repository.refusals import about
from tests.dashboards.scenes import HUE, RUBBISH

SPOKEN = languages(HUE.zone)


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("pm2_5 -999 is not between -50 and 20000", "pm2_5 is outside what is plausible"),
        ("no time: received_at is empty", "received_at is empty"),
        ("closed_at 2025-10-27T20:00Z is before opened_at 2025-10-27T21:00Z", "closed_at lies before opened_at"),
        ("opened_at 1890-01-01 is before 1990", "opened_at lies before 1990"),
        ("co: the unit 'furlong' can't become µg/m³", "co comes in a unit that can't become µg/m³"),
        ("status 'x' is not ours", "status is a word nobody knows"),
        ("something else altogether", "something else altogether"),
    ],
)
def test_the_borders_sentences_are_recognised_as_they_are_kept(told: str, shown: str) -> None:
    assert reason(about(told), SPOKEN["en"]) == shown


@pytest.mark.parametrize("code", LOCALES)
def test_every_sentence_is_translated(code: str) -> None:
    assert all(sentence in SPOKEN[code].messages for sentence in SAID.values())


def test_what_nobody_knows_is_one_line_of_text() -> None:
    assert "\u202e" not in reason(RUBBISH, SPOKEN["vi"])
