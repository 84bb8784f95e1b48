"""What /metrics tells an operator."""

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from city.city import picture
from city.clock import FrozenClock
from dashboards.kit.shelf import Owed, Shelf
from tests.city.makers import batch
from tests.dashboards import scenes
from tests.dashboards.renderer import Page, opened
from tests.dashboards.serving import Running, hub, serving
from tests.dashboards.test_live import growing, incident, output

AT = scenes.EVENING


def told(running: Running) -> dict[str, float]:
    """Every sample: name with its labels → value."""
    text = httpx.get(running.url + "/metrics").text
    return {k: float(v) for k, v in re.findall(r"^(ioc_[^ ]+) (\S+)$", text, re.M)}


def feed(name: str, **more: object) -> dict[str, object]:
    ran = {
        "run_at": AT - timedelta(seconds=20),
        "succeeded_at": AT - timedelta(seconds=20),
        "outcome": "ok",
        "took": 0.4,
    }
    return {"source": name, "every": 60.0, "stale_after": 120.0, "declared_at": AT - timedelta(days=3), **ran, **more}


def hour(name: str, ago: float, **rows: float) -> dict[str, object]:
    none = dict.fromkeys(("rows_read", "rows_new", "rows_unchanged", "rows_refused"), 0.0)
    return {"source": name, "hour_at": AT - timedelta(hours=ago), **none, **rows}


def test_an_operator_is_told_of_polls_screens_and_feeds() -> None:
    fed = hub()
    fed.clock = FrozenClock(AT)
    down = feed("down", failing_since=AT - timedelta(seconds=50), outcome="failed")
    hours = [hour("good", 1, rows_new=30, rows_refused=2), hour("good", 5, rows_new=12), hour("good", 30, rows_new=99)]
    rows = batch(feed=[feed("good"), down], feed_hour=hours, place=scenes.places(), whole=True)
    with serving(fed) as running:
        found = told(running)
        assert "ioc_feed_up" not in str(found), "nothing is known yet"
        assert (found["ioc_repository_up"], found["ioc_repository_lost_seconds"]) == (0, 0), "starting is no loss"
        fed.meters.polled(0.03)
        fed.publish(picture(scenes.HUE, rows, AT), ahead=-7.5)
        found = told(running)
        assert (found['ioc_feed_up{source="good"}'], found['ioc_feed_up{source="down"}']) == (1, 0)
        assert found['ioc_feed_rows_24h{rows="new",source="good"}'] == 42
        assert found['ioc_feed_rows_24h{rows="refused",source="good"}'] == 2
        assert found['ioc_feed_success_age_seconds{source="good"}'] == pytest.approx(20)
        assert found["ioc_poll_duration_seconds_count"] == 1 and found["ioc_poll_age_seconds"] < 5
        assert found["ioc_database_clock_ahead_seconds"] == -7.5
        assert (found["ioc_repository_up"], found["ioc_automation_stopped_seconds"]) == (1, 0)
        fed.lost(AT)
        fed.lost(AT)
        found = told(running)
        assert (found["ioc_repository_up"], found["ioc_repository_lost_total"]) == (0, 1)
        assert found["ioc_repository_lost_seconds"] > 1e6


def test_how_late_screens_are_is_counted_once_a_picture_and_screen() -> None:
    fed, city = hub(), growing()
    assert city.now
    fed.publish(city.now)

    async def story(running: Running) -> None:
        async with await opened(running) as socket:
            page = Page(socket, "/")
            await page.start(output(running))
            await page.frame()
            for n in range(3):
                fed.publish(city.absorb(batch(event=[incident(n)]), AT))
                await page.frame(said="tiles")
            await page.frame(said="figures")
            found = await asyncio.to_thread(told, running)
            assert found["ioc_sockets"] == found["ioc_screens"] == 1
            assert found["ioc_push_delay_seconds_count"] == 4 and found["ioc_push_delay_seconds_sum"] < 20

    with serving(fed) as running:
        assert told(running)["ioc_push_delay_seconds_count"] == 0
        asyncio.run(asyncio.wait_for(story(running), 30))


def test_every_metric_has_words_and_the_name_that_its_kind_asks_for() -> None:
    fed = hub()
    fed.publish(picture(scenes.HUE, batch(feed=[feed("good")], place=scenes.places(), whole=True), AT))
    with serving(fed) as running:
        families = list(text_string_to_metric_families(httpx.get(running.url + "/metrics").text))
    assert {"ioc_build_info", "ioc_screens_refused", "process_resident_memory_bytes"} <= {f.name for f in families}
    for family in families:
        assert family.documentation and family.type != "unknown", family.name
        assert not family.name.endswith(("_created", "_ms", "_minutes")), family.name
        assert family.type == "counter" or not any(s.name.endswith("_total") for s in family.samples), family.name


def test_a_feed_grows_older_while_no_picture_is_made() -> None:
    fed = hub()
    fed.publish(picture(scenes.HUE, batch(feed=[feed("good")], place=scenes.places(), whole=True), AT))
    fed.lost(AT)
    fed.clock = FrozenClock(AT + timedelta(minutes=10))
    with serving(fed) as running:
        assert told(running)['ioc_feed_success_age_seconds{source="good"}'] == pytest.approx(620)


def test_a_report_with_nothing_to_say_is_not_due() -> None:
    fed = hub()
    fed.publish(scenes.calm())
    fed.shelf = Shelf(owed=(Owed("2026-W47", None, "vi", AT, "skipped"), Owed("2026-W48", None, "vi", AT, "failed")))
    with serving(fed) as running:
        found = told(running)
    assert (found['ioc_jobs{state="due"}'], found['ioc_jobs{state="failed"}']) == (1, 1)
