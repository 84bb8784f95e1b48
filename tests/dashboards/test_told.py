"""A map in words says what the map shows."""

import pytest

from city.indicators import registry
from dashboards.kit import city_map, panels
from dashboards.kit.contract import View
from dashboards.kit.discover import discover
from dashboards.kit.language import LOCALES, languages
from dashboards.kit.told import lines, told
from tests.dashboards import scenes

SPOKEN = languages(scenes.HUE.zone)
FLOODED = scenes.flooded()


def view(lang: str = "en", **choice: str) -> View:
    return View(FLOODED, FLOODED.places.city, SPOKEN[lang], choice)


def test_a_hover_text_is_plain_lines() -> None:
    assert lines("<b>A &lt;b&gt;</b><br>Open: 3 <br>Normal") == ["A <b>", "Open: 3 ", "Normal"]


def test_the_highest_places_are_named_with_their_values() -> None:
    found = told(city_map.draw(view(show="feedback_open")), SPOKEN["en"])
    outcome = FLOODED.outcome("feedback_open").values[:40]
    worst = FLOODED.places.all[int(outcome.argmax())].name
    title = SPOKEN["en"].title(registry()["feedback_open"])
    assert found.startswith(f"{title}, highest: {worst} {outcome.max():.0f}, ")
    assert "40 sensors" in found and "open incidents" in found


def test_what_is_unknown_is_counted_and_nothing_known_is_said_so() -> None:
    some = told(city_map.draw(view(show="rain_24h")), SPOKEN["en"])
    known = int((FLOODED.outcome("rain_24h").values[:40] >= 0).sum())
    assert 0 < known < 40 and f"unknown in {40 - known} places" in some
    assert "no place has a value" in told(city_map.draw(view(show="bed_occupancy")), SPOKEN["en"])


@pytest.mark.parametrize("lang", LOCALES)
def test_every_figure_carries_its_words(lang: str) -> None:
    seen = 0
    for page in discover().values():
        for figure in panels.drawn(page, view(lang)).figures.values():
            assert len(figure["data"][0]["meta"]["told"]) > 10
            seen += 1
    assert seen >= 2
