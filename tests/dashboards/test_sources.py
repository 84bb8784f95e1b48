"""The page of feeds: what it counts, what it says of a dead one, and what it never shows."""

from datetime import timedelta
from typing import Any

import numpy as np
import orjson
import pytest

from city.batch import Batch
from city.city import picture
from city.indicators import registry
from city.snapshot import Snapshot
from dashboards.kit import panels, supply
from dashboards.kit.address import Address
from dashboards.kit.attention import attention, notices
from dashboards.kit.contract import View
from dashboards.kit.discover import discover
from dashboards.kit.feed_answer import sources
from dashboards.kit.language import LOCALES, languages
from dashboards.kit.tile import record
from dashboards.sources import PAGE
from tests.city.makers import batch
from tests.dashboards import scenes
from tests.dashboards.elements import inside
from tests.dashboards.scenes import EVENING, HUE, RUBBISH

SPOKEN = languages(HUE.zone)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OUTAGE = (50, 51, 52)


def card(source: str, **more: Any) -> dict[str, Any]:
    said = {"source": source, "title": f"Nguồn {source}", "every": 60.0, "stale_after": 120.0, "licence": "CC0"}
    ran = {"run_at": EVENING - MINUTE, "succeeded_at": EVENING - MINUTE, "outcome": "ok", "shared": True}
    return {**said, **ran, "declared_at": EVENING - 9 * 24 * HOUR, "tables": [], "metrics": [], **more}


def hours(source: str, down: tuple[int, ...] = (), until: int = 0) -> list[dict[str, Any]]:
    """Seven days and more of an hour each, `back` counted from the moment's own."""
    begin = EVENING.replace(minute=0)
    return [
        {
            **{"source": source, "hour_at": begin - back * HOUR, "runs": 60, "failed": 60 if back in down else 0},
            **{"longest_gap": 300.0 if back == 20 else 60.0, "rows_read": 100, "rows_new": 97, "rows_refused": 3},
            "delay": 90.0,
            "succeeded_at": None if back in down else begin - back * HOUR + 59 * MINUTE,
        }
        for back in range(until, 180)
    ]


def told(*feeds: dict[str, Any], **more: Any) -> Batch:
    """A calm city's rows, and these."""
    seen = scenes.rows()
    return Batch({**seen.changes, **batch(feed=feeds, **more).changes}, whole=True, began=seen.began)


def snapshot(*feeds: dict[str, Any], **more: Any) -> Snapshot:
    return picture(HUE, told(*feeds, **more), EVENING)


REFUSED = [{"source": "test", "kind": "feed", "reason": RUBBISH, "rows_refused": 7, "first_at": EVENING - 30 * HOUR,
            "last_at": EVENING - HOUR, "sample": '{"value": -999, "who": "…"}'}]  # fmt: skip
ALIVE = snapshot(
    card("test", metrics=["rain"], tables=["event"]),
    card("other", licence=""),
    feed_hour=[*hours("test", OUTAGE), *hours("other")],
    refusal=REFUSED,
)
DEAD = snapshot(
    card("test", succeeded_at=EVENING - 3 * MINUTE, failing_since=EVENING - 2 * MINUTE, why=RUBBISH, outcome="failed"),
    card("other"),
    feed_hour=[*hours("test", OUTAGE, until=1), *hours("other")],
    refusal=REFUSED,
)


def shown(seen: Snapshot, lang: str = "en") -> dict[str, str]:
    view = View(seen, seen.places.city, SPOKEN[lang])
    return {key.split("__")[1]: part.decode() for key, part in panels.drawn(PAGE, view).components.items()}


def test_the_page_is_where_the_contract_says() -> None:
    assert discover()["sources"].route == "/sources"


@pytest.mark.parametrize("lang", LOCALES)
def test_a_dead_feed_is_first_and_said_in_every_language(lang: str) -> None:
    words = {"en": "Down", "vi": "Mất tín hiệu", "pt": "Em baixo"}
    assert words[lang] in shown(DEAD, lang)["feeds"] and words[lang] not in shown(ALIVE, lang)["feeds"]
    assert supply.lines(DEAD.scene)[0].source == "test"


def test_what_comes_from_outside_is_text_on_one_line_and_without_turning_marks() -> None:
    for part in shown(DEAD).values():
        assert "\\u202e" not in part and "\u202e" not in part
        assert '"type":"B"' not in part.replace(" ", "")
    assert "<b onmouseover" in shown(DEAD)["feeds"]  # letters: the browser sets them as text


def test_a_strip_is_seven_days_long_and_joins_hours_that_went_alike() -> None:
    strip = supply.strips(ALIVE.scene)["test"]
    assert sum(s.hours for s in strip) == supply.STRIP_HOURS
    assert [(s.cell, s.hours) for s in strip] == [
        ("ok", 115), ("failed", 3), ("ok", 29), ("late", 1), ("ok", 20),
    ]  # fmt: skip
    assert supply.strips(DEAD.scene)["test"][-1].cell == "none"
    assert [s.runs for s in strip if s.cell == "failed"] == [180]


def test_the_day_is_summed_and_shares_name_their_parts() -> None:
    line = next(x for x in supply.lines(ALIVE.scene) if x.source == "test")
    assert (line.day.read, line.day.refused, line.day.delay) == (2400, 72, 90.0)
    assert supply.CRITERIA["data_clean"](ALIVE.scene).sums()["test"] == (2328, 2400)
    assert "2,328 of 2,400" in shown(ALIVE)["criteria"]


def test_the_shares_of_the_sources_sum_to_the_citys() -> None:
    for code, of in supply.CRITERIA.items():
        sums = of(ALIVE.scene).sums().values()
        whole = sum(w for _, w in sums)
        assert 100 * sum(p for p, _ in sums) / whole == pytest.approx(ALIVE.outcome(code).values[-1])


def test_what_suffers_is_what_goes_stale() -> None:
    line = next(x for x in supply.lines(ALIVE.scene) if x.source == "test")
    named = {i.code for i in supply.depends(ALIVE.scene, line)}
    city = ALIVE.places.city
    turned = {
        code
        for code, i in registry().items()
        if i.domain != "data" and ALIVE.outcome(code).freshness[city] == 0 != DEAD.outcome(code).freshness[city]
    }
    assert turned and turned <= named


def test_a_dead_feed_is_told_on_every_tile_every_map_and_in_the_list() -> None:
    """Every page as it would be sent: no number of the dead source keeps a level, and the list says so."""
    city = DEAD.places.city
    hung = {c for c, i in registry().items() if DEAD.outcome(c).freshness[city] == 1}
    assert {"rain_24h", "incidents_open", "feedback_open", "data_clean"} <= hung
    for slot in (city, 0, DEAD.places.unlocated):
        view = View(DEAD, slot, SPOKEN["en"])
        for code in registry():
            tile = record(DEAD.number(code, slot), view)
            if tile["freshness"] != "missing":
                assert (tile["freshness"], tile["level"], tile["word"]) == ("stale", "unknown", "Stale"), code
    view = View(DEAD, city, SPOKEN["en"])
    assert {n.number.indicator.code for n in notices(view) if n.number.freshness == 1} == hung
    rows = [found for found in inside(attention(view)) if found.get("data-attention")]
    assert rows and {r["data-level"] for r in rows} == {"unknown"}
    for page in discover().values():
        for figure in panels.drawn(page, View(DEAD, city, SPOKEN["en"], {"show": "rain_24h"})).figures.values():
            layer = next(t for t in figure["data"] if t["type"] == "choroplethmap")
            assert all("Stale" in t or "No data" in t for t in layer["text"])
            assert max(layer["marker"]["opacity"]) < 0.5
            dots = [t for trace in figure["data"] if trace["name"] == "sensors" for t in trace["text"]]
            assert all("Stale" in t for t in dots)


def test_a_source_without_a_feed_is_listed_by_its_own_data() -> None:
    (line,) = supply.lines(scenes.calm().scene)
    assert (line.source, line.state, line.feed) == ("test", "alone", None)
    assert EVENING - HOUR < line.newest_at.astype("datetime64[us]").item().replace(tzinfo=EVENING.tzinfo) <= EVENING
    assert "Writes by itself" in shown(scenes.calm())["feeds"]


def test_a_past_moment_shows_the_feeds_as_they_were() -> None:
    """By today's rows: the outage two days ago is down then, whatever came since."""
    seen = ALIVE.scene.earlier(np.datetime64((EVENING - 51 * HOUR).replace(tzinfo=None), "us"))
    line = next(x for x in supply.lines(seen) if x.source == "test")
    assert line.feed is not None
    assert line.feed.succeeded_at == np.datetime64((EVENING - 53 * HOUR + 59 * MINUTE).replace(tzinfo=None), "us")
    assert supply.strips(seen)["test"][-1].cell == "failed"
    assert Address("sources").page == PAGE.key


def test_programs_are_told_the_same() -> None:
    told_ = orjson.loads(orjson.dumps(sources(DEAD)))
    first = told_["sources"][0]
    assert (first["source"], first["state"], first["stale_after"]) == ("test", "dead", 120.0)
    assert first["succeeded_at"] == (EVENING - 3 * MINUTE).isoformat()
    assert first["last_24h"]["rows_refused"] == 69
    assert first["criteria"]["data_shared"] == {"value": 100.0, "of": 1.0}
    assert "incidents_open" in first["indicators"] and first["why"] == RUBBISH
    alone = orjson.loads(orjson.dumps(sources(scenes.calm())))["sources"]
    assert [(s["source"], s["state"], "every" in s) for s in alone] == [("test", "alone", False)]


def test_a_reason_that_came_up_after_the_moment_is_not_told_before() -> None:
    def at(back: timedelta) -> list[supply.Refused]:
        return supply.refused(ALIVE.scene.earlier(np.datetime64((EVENING - back).replace(tzinfo=None), "us")), 9)

    assert at(31 * HOUR) == []
    assert [(r.rows, r.sample) for r in at(2 * HOUR)] == [(7, "")]
    assert [r.sample for r in at(0 * HOUR)] == [REFUSED[0]["sample"]]
