"""What an operator of this system needs to know, as Prometheus text: of this process, and of the city's feeds."""

from collections.abc import Iterator
from importlib.metadata import version

import numpy as np
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily as Counts
from prometheus_client.core import GaugeMetricFamily as Gauges
from prometheus_client.core import InfoMetricFamily as Builds
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from city.automation import stopped_since
from city.feed_state import Standing, standings
from city.indicators import registry
from city.level import LEVELS
from city.scene import instant
from city.snapshot import Snapshot
from dashboards.kit.crowd import Crowd
from dashboards.kit.hub import Hub
from dashboards.kit.painter import Painter

KINDS = ("read", "new", "unchanged", "refused")
DAY = np.timedelta64(1, "D")


class State(Collector):
    """What is read off when somebody asks."""

    def __init__(self, hub: Hub, painter: Painter, crowd: Crowd) -> None:
        self.hub, self.painter, self.crowd = hub, painter, crowd

    def collect(self) -> Iterator[Metric]:
        hub, state = self.hub, self.hub.state
        age = (hub.clock.now() - state.snapshot.at).total_seconds()
        lost = state.lost if state.lost and state.lost.reason != "starting" else None
        away = (hub.world.now() - lost.since).total_seconds() if lost else 0
        told = {
            "ioc_snapshot_version": ("Pictures made by this process", state.snapshot.version),
            "ioc_snapshot_timestamp_seconds": ("Moment of the newest picture", state.snapshot.at.timestamp()),
            "ioc_snapshot_age_seconds": ("Since the newest picture's moment", age),
            "ioc_poll_age_seconds": ("Since the repository was last looked at with success", hub.silence),
            "ioc_repository_up": ("1 while pictures are made", 0 if state.lost else 1),
            "ioc_repository_lost_seconds": ("Since it was lost; 0 while it is there, and at the start", away),
            "ioc_repository_storing": ("0 while the database answers and stores nothing", 0 if state.unstored else 1),
            "ioc_database_clock_ahead_seconds": ("Of this machine's; what is sure of it", hub.ahead),
            "ioc_screens": ("Pages that follow", self.painter.channels.screens),
            "ioc_sockets": ("Browsers that are connected", self.crowd.sockets),
            "ioc_sockets_limit": ("How many browsers may be connected: IOC_SCREENS", self.crowd.most),
            "ioc_pages_failing": ("Pages looked at that can't be painted", self.painter.channels.failing),
            "ioc_painter_queue": ("Trend lines still to be worked out", len(self.painter.trend_work)),
        }  # fmt: skip
        for name, (words, number) in told.items():
            yield Gauges(name, words, value=float(number))
        yield Builds("ioc_build", "The version that runs", value={"version": version("city-ioc")})
        yield Counts("ioc_screens_refused", "Screens refused for want of room", value=float(self.crowd.refused))
        if hub.ready:
            yield from _feeds(state.snapshot, instant(hub.clock.now()))
            yield from _indicators(state.snapshot)
        yield from _jobs(hub)


def exposition(state: State) -> bytes:
    kept = CollectorRegistry()
    kept.register(state)
    ProcessCollector(registry=kept)
    return bytes(generate_latest(state.hub.meters.kept) + generate_latest(kept))


def _feeds(snapshot: Snapshot, now: np.datetime64) -> Iterator[Gauges]:
    """As the newest picture knows them; ages go on while there is no newer one, or an alarm on them would sleep."""
    scene = snapshot.scene
    feeds = [f for f in standings(scene) if f.state != "withdrawn"]
    rows = Gauges("ioc_feed_rows_24h", "Rows of the last 24 hours, by what became of them", labels=["source", "rows"])
    up = Gauges("ioc_feed_up", "1 while the feed does as it should", labels=["source"])
    age = Gauges("ioc_feed_success_age_seconds", "Since its last good run", labels=["source"])
    took = Gauges("ioc_feed_duration_seconds", "How long its last run took", labels=["source"])
    for feed in feeds:
        up.add_metric([feed.source], float(feed.state == "ok"))
        if not np.isnat(feed.succeeded_at):
            age.add_metric([feed.source], (now - feed.succeeded_at) / np.timedelta64(1, "s"))
        if feed.last and np.isfinite(feed["took"]):
            took.add_metric([feed.source], float(feed["took"]))
        for kind, number in _day(snapshot, feed).items():
            rows.add_metric([feed.source, kind], number)
    since = stopped_since(scene)
    stopped = 0.0 if np.isnat(since) else (now - since) / np.timedelta64(1, "s")
    yield from (up, age, took, rows)
    yield Gauges(
        "ioc_automation_stopped_seconds", "Since any feed ran, once that is too long ago; else 0", value=stopped
    )


def _day(snapshot: Snapshot, feed: Standing) -> dict[str, float]:
    hours, at = snapshot.tables["feed_hour"], snapshot.scene.at
    mine = (hours["source"] == feed.source) & (hours["hour_at"] <= at) & (hours["hour_at"] > at - DAY)
    return {kind: float(np.nansum(hours[f"rows_{kind}"][mine])) for kind in KINDS}


def _indicators(snapshot: Snapshot) -> Iterator[Gauges]:
    value = Gauges("ioc_indicator_value", "Value for the whole city", labels=["code", "unit"])
    level = Gauges("ioc_indicator_level", f"Level: {', '.join(LEVELS)} as 0 to 4", labels=["code"])
    for code, indicator in registry().items():
        found = snapshot.number(code, snapshot.places.city)
        level.add_metric([code], found.level)
        if found.value is not None:
            value.add_metric([code, indicator.unit], found.value)
    yield from (value, level)


def _jobs(hub: Hub) -> Iterator[Gauges]:
    """Timed reports, as the archive was read last."""
    if hub.shelf is None:
        return
    jobs = Gauges("ioc_jobs", "Timed reports: due and not done, those of them that failed, and done", labels=["state"])
    jobs.add_metric(["due"], sum(o.state != "skipped" for o in hub.shelf.owed))
    jobs.add_metric(["failed"], len(hub.shelf.failed))
    jobs.add_metric(["done"], len(hub.shelf.books))
    yield jobs
    if hub.shelf.next_at:
        due = hub.shelf.next_at.timestamp()
        yield Gauges("ioc_next_job_timestamp_seconds", "When the next timed report is due", value=due)
