from datetime import time

import httpx
import pytest
from pydantic import ValidationError

from city.config import CityFile, CityFileError, Wall
from dashboards.kit.address import Address
from dashboards.kit.contract import View
from dashboards.kit.discover import discover
from dashboards.kit.language import languages
from dashboards.kit.wall import alarms, check, rotation
from tests.dashboards import scenes
from tests.dashboards.serving import Running

PAGES = discover()


def city(**wall: object) -> CityFile:
    return scenes.HUE.model_copy(update={"wall": Wall.model_validate(wall)})


def test_pages_are_named_by_path_or_with_seconds_of_their_own() -> None:
    chosen = city(pages=["/", {"path": "/place/19753", "seconds": 15}], seconds=40)
    check(chosen, PAGES)
    assert rotation(chosen, PAGES) == [("/", 40), ("/place/19753", 15)]


def test_without_a_choice_the_wall_turns_through_the_navigation() -> None:
    paths = [path for path, _ in rotation(city(), PAGES)]
    assert paths[0] == "/" and "/feedback" in paths and not any("{" in p for p in paths)


@pytest.mark.parametrize(
    "wrong",
    [{"pages": ["feedback"]}, {"pages": ["https://evil.example/"]}, {"seconds": 1}, {"reload": "25:00"}],
)
def test_a_rotation_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Wall.model_validate(wrong)


def test_a_page_that_is_none_is_named() -> None:
    with pytest.raises(CityFileError, match=r"wall\.pages.*/nowhere"):
        check(city(pages=["/", "/nowhere"]), PAGES)


def test_the_night_has_a_time_of_the_citys() -> None:
    assert Wall.model_validate({"reload": time(4, 15)}).reload == time(4, 15)


def test_alarms_name_the_place_the_value_and_the_page_that_shows_them() -> None:
    snapshot = scenes.flooded()
    view = View(snapshot, snapshot.places.city, languages(scenes.HUE.zone)["en"])
    found = alarms(view, PAGES)
    assert {"/environment"} <= {a["page"] for a in found}
    assert all(a["title"] and a["place"] and a["value"] for a in found)
    assert len({(a["code"], a["at"]) for a in found}) == len(found)


def test_the_wall_is_the_same_picture_without_controls(running: Running) -> None:
    page = httpx.get(running.url + "/wall?lang=en&screen=/public-order").text
    assert 'data-indicator="incidents_open"' in page and 'id="wall-plan"' in page
    assert 'id="search"' not in page and "<nav" not in page
    assert httpx.get(running.url + "/wall/alarms?lang=vi").json() is not None


def test_many_walls_share_one_channel_with_the_page_itself(running: Running) -> None:
    for href in ("/?lang=en", "/wall?lang=en", "/wall?lang=en&screen=/"):
        httpx.get(running.url + href)
    keys = [c.address.key for c in running.app.painter.channels]
    assert keys.count(Address("overview", lang="en").key) == 1 and not any("wall" in k for k in keys)
