"""What every page must do, over all that are discovered."""

import re

import orjson
import pytest

from city.indicators import registry
from dashboards.kit import panels, shell
from dashboards.kit.address import Address
from dashboards.kit.contract import Page, Panel, View
from dashboards.kit.discover import discover
from dashboards.kit.language import LOCALES, languages
from tests.dashboards import scenes

PAGES = discover()
SPOKEN = languages(scenes.HUE.zone)
SCENES = {name: make() for name, make in scenes.ALL.items()}


def view(scene: str, page: Page, lang: str = "vi") -> View:
    snapshot = SCENES[scene]
    place = "19753" if "{place}" in page.route else None
    slot = snapshot.places.slot(place)
    return View(snapshot, snapshot.places.unlocated if slot is None else slot, SPOKEN[lang])


def test_pages_were_found() -> None:
    assert {"overview", "place"} <= PAGES.keys()
    assert PAGES["overview"].route == "/"


@pytest.mark.parametrize("lang", LOCALES)
@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("key", PAGES)
def test_a_page_draws_whatever_the_city_knows(key: str, scene: str, lang: str) -> None:
    page, seen = PAGES[key], view(scene, PAGES[key], lang)
    whole = shell.page(page, seen, Address(key, seen.place, lang=lang), PAGES, "{}")
    assert panels.as_json(whole)
    drawn = panels.drawn(page, seen)
    assert (drawn.figures or drawn.components) and all(orjson.dumps(f) for f in drawn.figures.values())


@pytest.mark.parametrize("key", PAGES)
def test_ids_are_one_of_a_kind_and_fit_for_dash(key: str) -> None:
    seen = view("flooded", PAGES[key])
    whole = shell.page(PAGES[key], seen, Address(key, seen.place), PAGES, "{}")
    ids = [c.id for c in panels.inside(whole) if hasattr(c, "id")]
    assert len(ids) > 10
    assert len(set(ids)) == len(ids)
    assert not [i for i in ids if re.search(r"[.{]", i)]


def test_the_overview_has_tiles_of_every_domain_that_has_indicators() -> None:
    shown = set(panels.codes(PAGES["overview"], view("calm", PAGES["overview"])))
    assert {registry()[c].domain for c in shown} == {i.domain for i in registry().values()} - {"data"}


def test_a_place_shows_every_indicator_there_is() -> None:
    assert set(panels.codes(PAGES["place"], view("calm", PAGES["place"]))) == set(registry())


@pytest.mark.parametrize("key", PAGES)
def test_every_map_has_one_layer_of_places_that_names_them_with_their_value(key: str) -> None:
    seen = view("flooded", PAGES[key])
    for figure in panels.drawn(PAGES[key], seen).figures.values():
        layers = [t for t in figure["data"] if t["type"] == "choroplethmap"]
        assert len(layers) == 1
        assert len(layers[0]["locations"]) == len(layers[0]["text"]) == len(layers[0]["z"]) == 40
        own = {"traffic": "Chỉ số thời gian đi lại", "health": "Công suất giường bệnh", "environment": "Mưa 24 giờ"}
        shown = own.get(key, "Phản ánh đang mở")
        assert layers[0]["text"][0].startswith(f"<b>Phú Xuân</b><br>{shown}: ")
        assert layers[0]["geojson"].startswith("/") and figure["layout"]["map"]["style"].startswith("/")


def test_the_map_shows_what_the_address_asks_for() -> None:
    page, seen = PAGES["overview"], view("flooded", PAGES["overview"], "en")
    asked = View(seen.snapshot, seen.slot, seen.language, {"show": "rain_24h"})
    (figure,) = panels.drawn(page, asked).figures.values()
    assert "Rain, 24 hours" in figure["data"][0]["text"][0]


def test_markup_of_a_summary_arrives_on_the_map_as_letters() -> None:
    (figure,) = panels.drawn(PAGES["overview"], view("flooded", PAGES["overview"])).figures.values()
    told = [t for trace in figure["data"] if trace["name"].startswith("incident") for t in trace["text"]]
    assert any("&lt;b onmouseover" in t for t in told)
    assert not re.search(r"<(?!/?b>|br>)", "".join(told))


def test_a_page_holds_no_ticket() -> None:
    for name in ("calm", "flooded"):
        for page in PAGES.values():
            text = orjson.dumps(panels.drawn(page, view(name, page)).figures).decode()
            assert "f1499" not in text and "rác thải" not in text


def test_two_pages_can_not_share_a_key() -> None:
    panel = Panel("a", "A", lambda view: [])
    assert Page("public_order", "x", (panel,)).route == "/public-order"
    assert Page("x", "X", (panel,)).id(panel) == "x__a"
