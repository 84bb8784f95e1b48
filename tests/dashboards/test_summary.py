"""A domain's sentence says what its numbers say, and says what it does not know."""

from dataclasses import replace

import pytest

from city.level import LEVELS
from dashboards.kit import clauses, summary
from dashboards.kit.contract import View
from dashboards.kit.language import LOCALES, languages
from tests.city.test_indicator import shot
from tests.dashboards import scenes

SPOKEN = languages(scenes.HUE.zone)
SCENES = {name: make() for name, make in scenes.ALL.items()}
SHOT, FLOOD = shot(3), SCENES["flooded"]


def view(snapshot, lang="en", place=None):
    return View(snapshot, snapshot.places.slot(place), SPOKEN[lang])


@pytest.mark.parametrize("lang", LOCALES)
@pytest.mark.parametrize("domain", clauses.MAKERS)
@pytest.mark.parametrize("scene", SCENES)
def test_every_domain_has_a_sentence_whatever_the_city_knows(scene, domain, lang):
    said = summary.sentence(view(SCENES[scene], lang), domain)
    assert ": " in said and "{" not in said and "nan" not in said and "None" not in said
    assert not said.endswith((";", "; ", ", "))


def test_the_sentence_holds_the_numbers_of_the_tiles():
    said = summary.sentence(view(FLOOD), "feedback")
    number = FLOOD.number("feedback_open", FLOOD.places.city).value
    rate = FLOOD.number("feedback_on_time_rate_30d", FLOOD.places.city).value
    assert said.startswith(f"Citizen feedback: {number:,.0f} tickets open; ")
    assert f"{rate:.1f} % on time" in said and " days, " in said


def test_nothing_known_is_no_data_and_nothing_is_made_up():
    for domain in clauses.MAKERS:
        found = summary.summary(view(SCENES["empty"]), domain)
        assert found.text == "no data yet" and LEVELS[found.level] == "unknown"


def test_old_numbers_are_called_old():
    stale = summary.sentence(view(SCENES["stale"]), "feedback")
    assert stale.endswith("– not current: Open tickets")
    assert "not current: Air quality (VN_AQI, hourly), River level" in summary.sentence(
        view(SCENES["stale"]), "environment"
    )


def test_a_week_ago_is_the_indicator_a_week_ago():
    seen = view(SHOT)
    for code in ("feedback_on_time_rate_30d", "cases_on_time_rate_30d"):
        before = clauses.week_before(seen, code)
        earlier = SHOT.trend(code, [SHOT.scene.at - clauses.WEEK])[0][SHOT.places.city]
        assert before == pytest.approx(earlier)
        now = SHOT.number(code, SHOT.places.city).value
        said = clauses.change(seen, code)
        points = round(now - before, 1)
        assert ("better" in said) == (points > 0) and ("worse" in said) == (points < 0)


def test_before_the_first_row_there_is_no_week_ago():
    young = replace(SHOT, tables=replace(SHOT.tables, began={}), _scenes=[], _outcomes={}, _numbers={})
    assert clauses.week_before(view(young), "feedback_on_time_rate_30d") is None
    assert clauses.change(view(young), "feedback_on_time_rate_30d") == ""


def test_a_place_speaks_of_itself_only():
    said = summary.sentence(view(SHOT, place="a"), "feedback")
    number = SHOT.number("feedback_open", 0).value
    assert said.startswith(f"Citizen feedback: {number:.0f} ticket") and ", A" not in said
