import threading
from datetime import UTC, datetime, timedelta

from structlog.testing import capture_logs

from city.city import picture
from city.clock import WorldClock
from commands._changes import Changes, follow
from dashboards.kit.hub import Hub
from tests.city.makers import batch
from tests.dashboards import scenes


def shown(ran: float):
    """The picture of a city whose only feed ran so many seconds ago."""
    now = datetime.now(UTC)
    feed = {
        "source": "a",
        "every": 60.0,
        "run_at": now - timedelta(seconds=ran),
        "declared_at": now - timedelta(days=1),
    }
    return picture(scenes.HUE, batch(feed=[feed], whole=True), now)


def said(changes: Changes) -> list[tuple[str, str]]:
    with capture_logs() as logged:
        changes.look()
        changes.look()
    return [(line["log_level"], line["event"]) for line in logged]


def test_every_change_is_said_once_when_it_begins_and_once_when_it_ends() -> None:
    fed = Hub(scenes.HUE, WorldClock(), 5)
    changes = Changes(fed)
    assert said(changes) == []
    fed.publish(shown(ran=10))
    assert said(changes) == [("info", "the first picture is made")]
    fed.publish(shown(ran=200), ahead=-120)
    assert said(changes) == [("warning", "automation stopped"), ("warning", "the database's clock is not ours")]
    fed.publish(shown(ran=10))
    assert said(changes) == [("info", "automation goes on"), ("info", "the database's clock is ours again")]


def test_a_picture_that_is_overdue_is_said_until_there_is_a_new_one(monkeypatch) -> None:
    fed = Hub(scenes.HUE, WorldClock(), 5)
    changes = Changes(fed)
    fed.publish(shown(ran=10))
    said(changes)
    monkeypatch.setattr(fed, "_heard_at", fed._heard_at - 12)
    assert said(changes) == [("warning", "no new picture")]
    assert fed.meters.kept.get_sample_value("ioc_repository_lost_total") == 1
    fed.publish(shown(ran=10))
    assert said(changes) == [("info", "pictures are made again")]


def test_a_repository_that_is_lost_is_said_by_who_watches_it() -> None:
    fed = Hub(scenes.HUE, WorldClock(), 5)
    changes = Changes(fed)
    fed.publish(shown(ran=10))
    said(changes)
    fed.lost(datetime.now(UTC))
    assert said(changes) == []
    assert fed.meters.kept.get_sample_value("ioc_repository_lost_total") == 1, "counted by him, too"


def test_a_fault_in_telling_is_told_and_does_not_end_the_telling(monkeypatch) -> None:
    stopped, looks = threading.Event(), []

    def broken(changes: Changes) -> None:
        looks.append(changes)
        if len(looks) == 2:
            stopped.set()
        raise ValueError("this picture breaks something")

    monkeypatch.setattr("commands._changes.EVERY_S", 0.01)
    monkeypatch.setattr("commands._changes.AGAIN_S", 0.01)
    monkeypatch.setattr(Changes, "look", broken)
    with capture_logs() as logged:
        follow(Hub(scenes.HUE, WorldClock(), 5), stopped)
    assert [line["log_level"] for line in logged] == ["error", "error"]
