from city.city import picture
from dashboards.kit.contract import View
from dashboards.kit.language import languages
from dashboards.kit.tile import key, record, sensor_name
from tests.city.makers import NOON, TOWN, ago, batch, place, reading
from tests.dashboards import scenes

SPOKEN = languages(TOWN.zone)


def told(view: View, code: str) -> dict[str, object]:
    return record(view.snapshot.number(code, view.slot), view)


def city(snapshot: object, lang: str = "en") -> View:
    return View(snapshot, snapshot.places.city, SPOKEN[lang])  # type: ignore[attr-defined,arg-type]


def test_what_is_unknown_has_no_value_and_is_no_zero() -> None:
    empty = told(city(picture(TOWN, batch(whole=True), NOON)), "feedback_open")
    assert (empty["value"], empty["number"], empty["level"], empty["word"]) == ("", "–", "unknown", "No data")
    assert (empty["freshness"], empty["observed"]) == ("missing", "")


def test_a_stale_number_keeps_its_value_without_a_level() -> None:
    old = told(city(scenes.stale(), "vi"), "incidents_7d")
    assert isinstance(old["value"], float) and old["value"] > 0
    assert (old["level"], old["freshness"], old["word"]) == ("unknown", "stale", "Dữ liệu cũ")


def test_the_value_is_plain_whatever_the_language() -> None:
    values = {lang: told(city(scenes.flooded(), lang), "rain_24h") for lang in SPOKEN}
    assert len({r["value"] for r in values.values()}) == 1
    assert "," in str(values["vi"]["number"]) and "." in str(values["en"]["number"])


def test_the_sensor_that_gives_the_value_is_called_by_its_name() -> None:
    view = city(scenes.flooded())
    number = view.snapshot.number("river_level", view.slot)
    assert number.sensor and number.sensor.startswith("water_level-")
    assert sensor_name(number.sensor, view).startswith("Trạm ")
    assert sensor_name("nobody", view) == "nobody" and sensor_name(None, view) == ""


def test_a_tile_says_what_its_number_is_held_against() -> None:
    cases = [reading("s", "cases_dengue", ago(days=7 * n + 1), 14, place_code="a") for n in range(5)]
    town = picture(TOWN, batch(whole=True, place=[place("a", population=1e5)], observation=cases), NOON)
    assert told(city(town), "dengue_7d_per_100k")["beside"] == "4 weeks before: 14.0"
    assert told(city(town, "vi"), "dengue_7d_per_100k")["beside"] == "4 tuần trước: 14,0"
    assert [told(city(town), c)["beside"] for c in ("crashes_30d", "feedback_open")] == ["", ""]


def test_tiles_are_named_by_indicator_and_place() -> None:
    assert (key("x", None), key("x", "19753"), key("x", "unlocated")) == ("x|", "x|19753", "x|unlocated")
