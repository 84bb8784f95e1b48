from datetime import timedelta
from typing import Any

from city.city import picture
from city.level import ALARM, UNKNOWN
from dashboards.kit.attention import GROUPED, attention, groups, notices
from dashboards.kit.contract import View
from dashboards.kit.language import languages
from dashboards.kit.panels import as_json
from tests.city.makers import NOON, TOWN, ago, batch, place
from tests.dashboards import scenes
from tests.dashboards.elements import first, inside

ENGLISH = languages(TOWN.zone)["en"]


def rescue(n: int, where: str | None, minutes: float = 40) -> dict[str, Any]:
    opened = ago(minutes=minutes)
    return {
        "event_id": str(n),
        "domain": "public_order",
        "category": "rescue",
        "severity": 3,
        "opened_at": opened,
        "place_code": where,
    }


def seen(*events: dict[str, Any], place_code: str | None = None, at: Any = NOON) -> View:
    rows = batch(whole=True, place=[place("a"), place("b")], event=list(events))
    snapshot = picture(TOWN, rows, at)
    slot = snapshot.places.slot(place_code)
    assert slot is not None
    return View(snapshot, slot, ENGLISH)


def found(view: View) -> list[tuple[str, str | None, int]]:
    return [(n.number.indicator.code, n.number.place, n.number.level) for n in notices(view)]


def test_a_calm_city_says_so() -> None:
    shown = attention(seen())
    assert shown["props"]["children"] == "Nothing needs attention"


def test_a_place_at_alarm_is_listed_by_its_place_and_not_again_for_the_city() -> None:
    listed = [row for row in found(seen(rescue(1, "a"))) if row[0] == "rescues_open"]
    assert listed == [("rescues_open", "a", ALARM)]


def test_what_has_no_place_is_listed_too() -> None:
    assert ("rescues_open", "unlocated", ALARM) in found(seen(rescue(1, None)))


def test_the_page_of_a_place_lists_its_own() -> None:
    assert not [r for r in found(seen(rescue(1, "a"), place_code="b")) if r[0] == "rescues_open"]
    assert ("rescues_open", "a", ALARM) in found(seen(rescue(1, "a"), place_code="a"))


def test_what_has_gone_quiet_is_listed_after_what_is_wrong() -> None:
    later = NOON + timedelta(days=3)
    listed = found(seen(rescue(1, "a"), at=later))
    assert ("rescues_open", None, UNKNOWN) in listed
    levels = [level for _, _, level in found(View(scenes.flooded(), 41, ENGLISH))]
    assert levels == sorted(levels, key=lambda level: -1 if level == UNKNOWN else -level) or UNKNOWN in levels


def test_alarms_come_first_and_each_indicators_worst_place_before_the_second_of_any() -> None:
    ranked = notices(View(scenes.flooded(), 41, ENGLISH))
    assert len(ranked) > 10
    assert [n.rank for n in ranked] == sorted(n.rank for n in ranked)
    firsts = [n for n in ranked if n.number.level == ALARM and n.nth == 0]
    assert ranked[: len(firsts)] == firsts


def test_one_indicator_in_many_places_is_one_row_that_opens_to_them_all() -> None:
    view = View(scenes.flooded(), 41, ENGLISH)
    shown = groups(notices(view), view)
    assert all(g.head.number.place for g in shown if g.rest), "a group is led by its worst place"
    heads = [(g.head.number.indicator.code, g.head.number.level) for g in shown if g.rest]
    assert heads and len(heads) == len(set(heads))
    single = [(g.head.number.indicator.code, g.head.number.level) for g in shown if not g.rest]
    assert max(single.count(s) for s in single) < GROUPED
    told = {(n.number.indicator.code, n.slot) for g in shown for n in (g.head, *g.rest)}
    assert {(n.number.indicator.code, n.slot) for n in notices(view)} <= told


def test_a_country_of_alarms_is_a_short_list_that_says_how_many_more() -> None:
    codes = [f"c{i}" for i in range(300)]
    events = [rescue(i, code) for i, code in enumerate(codes)]
    snapshot = picture(TOWN, batch(whole=True, place=[place(c) for c in codes], event=events), NOON)
    told = as_json(attention(View(snapshot, snapshot.places.city, ENGLISH)))
    assert b"in 300 places" in told and b"and 259 more" in told
    assert len(told) < 200_000


def test_what_the_whole_city_suffers_from_comes_first_within_a_level() -> None:
    view = View(scenes.flooded(), 41, ENGLISH)
    alarms = [g.whole for g in groups(notices(view), view) if g.head.number.level == ALARM]
    assert any(alarms) and alarms == sorted(alarms, reverse=True)


def test_rows_carry_what_scripts_look_for_and_lead_to_the_place() -> None:
    row = first(attention(seen(rescue(1, "a"))), "data-attention", "rescues_open")
    assert (row["data-level"], row["data-place"]) == ("alarm", "a")
    assert row["children"]["type"] == "Link" and row["children"]["props"]["href"] == "/place/a"


def test_names_are_spoken_in_the_citys_language_on_a_page_in_another() -> None:
    for lang, marked in (("en", {"vi"}), ("vi", {None})):
        flooded = scenes.flooded()
        view = View(flooded, flooded.places.city, languages(scenes.HUE.zone)[lang])
        spans = [p for p in inside(attention(view)) if p.get("className") == "attention-place"]
        assert len(spans) > 10
        assert {s["children"][0]["props"].get("lang") for s in spans} == marked
