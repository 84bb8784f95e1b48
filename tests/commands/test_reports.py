"""Reports by themselves: each week's once, whoever looks, whoever dies, however long nobody looked."""

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text

from city.config import CityFile, MapView
from city.reporting import Reporting
from commands import _reports
from commands._making import NothingToReportError, ReportFailedError
from commands._order import Delivered, Order
from commands._reports import FIRST_AGAIN, LONGEST_AGAIN, Desk, Plan, StoppedError, again
from reports.fonts import FontError
from reports.week import week
from repository.archive import content, listed
from repository.connect import connect
from repository.jobs import LEASE, open_runs

START = datetime(2026, 1, 7, tzinfo=UTC)
NOBODY = threading.Event()
Alive = Callable[[], None]


class Clock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


def city(zone: str = "America/New_York", **plan: object) -> CityFile:
    report = Reporting.model_validate(plan)
    return CityFile(
        code="town", timezone=zone, locale="en", name={"en": "Town"}, map=MapView(center=(0, 0)), report=report
    )


def delivered(order: Order, zone: str = "America/New_York") -> Delivered:
    found = week(order.week, ZoneInfo(zone))
    pdf = f"%PDF {order.week} {order.place} {order.locale}".encode()
    digest = sha256(pdf).hexdigest()
    return Delivered(pdf, 8, found.start, found.end, digest, digest, digest, None)


def make(order: Order, alive: Alive) -> Delivered:
    alive()
    return delivered(order)


@pytest.fixture(autouse=True)
def _no_typeface(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(_reports, "fonts", lambda _: tmp_path)


def desk(engine: Engine, clock: Clock, by: object = make, **plan: object) -> Desk:
    return Desk(engine, Plan(city(**plan), "town", Path("data")), clock, by)  # type: ignore[arg-type]


class Killed(BaseException):
    """The process is gone: nothing it would still have done is done."""


def test_a_year_of_two_replicas_that_die_gives_each_weeks_report_once(engine: Engine, repository_url: str) -> None:
    chance, clock, tried = random.Random(5), Clock(), list[str]()

    def unlucky(order: Order, alive: Alive) -> Delivered:
        alive()
        tried.append(order.week)
        fate = chance.random()
        if fate < 0.15:
            raise Killed
        if fate < 0.3:
            raise ReportFailedError("no luck")
        return delivered(order)

    def replica(on: Engine) -> None:
        with suppress(Killed):
            desk(on, clock, unlucky).look(NOBODY)

    engines = [engine, connect(repository_url)]
    end = START + timedelta(weeks=51)  # the week before the start is owed too
    while clock.at < end:
        clock.at += timedelta(hours=chance.uniform(1, 24 * 40 if chance.random() < 0.02 else 30))
        clock.at = min(clock.at, end)
        up = [threading.Thread(target=replica, args=[e]) for e in engines if chance.random() < 0.6]
        for thread in up:
            thread.start()
        for thread in up:
            thread.join()
    for _ in range(40):  # what is still owed is made in the following hours
        clock.at += timedelta(minutes=20)
        replica(engine)
    engines[1].dispose()
    kept = sorted(listed(engine), key=lambda k: k.ends_at)
    weeks = [k.period for k in kept]
    assert weeks == [f"2026-W{n:02}" for n in range(1, 53)] and len(tried) > 52
    assert all(k.made_at >= k.ends_at + timedelta(hours=6) for k in kept)  # never before Monday, six
    assert open_runs(engine, clock.at) == []


def test_places_and_languages_are_made_each_and_one_that_fails_keeps_no_other(engine: Engine) -> None:
    def some(order: Order, alive: Alive) -> Delivered:
        if order.place == "b":
            raise ReportFailedError("there is no place 'b'")
        return make(order, alive)

    desk(engine, Clock(), some, locales=["vi", "en"], places=["a", "b"]).look(NOBODY)
    assert [(k.place_code, k.locale) for k in listed(engine)] == [
        *((None, "en"), (None, "vi")),
        *(("a", "en"), ("a", "vi")),
    ]
    assert [(r.job, r.why) for r in open_runs(engine, START)] == [
        ("weekly/b/en", "there is no place 'b'"),
        ("weekly/b/vi", "there is no place 'b'"),
    ]


@pytest.mark.parametrize("error", [ReportFailedError("blank"), FontError("no typeface"), OSError(28, "No space left")])
def test_a_failure_keeps_nothing_and_is_tried_again_later_and_later(engine: Engine, error: Exception) -> None:
    clock, tries = Clock(), list[datetime]()

    def failing(_order: Order, _alive: Alive) -> Delivered:
        tries.append(clock.at)
        raise error

    for _ in range(60):
        desk(engine, clock, failing).look(NOBODY)
        clock.at += timedelta(seconds=15)
    assert listed(engine) == []
    waits = [(b - a) for a, b in pairwise(tries)]
    assert waits == [FIRST_AGAIN * 2**n for n in range(len(waits))] and len(waits) >= 4
    assert again(1000) == LONGEST_AGAIN
    clock.at += timedelta(hours=1)
    desk(engine, clock).look(NOBODY)
    assert len(listed(engine)) == 1


def test_a_week_without_data_is_no_failure_and_is_not_asked_for_again(engine: Engine) -> None:
    asked = []

    def nothing(order: Order, _alive: Alive) -> Delivered:
        asked.append(order.week)
        raise NothingToReportError("there are no data of it or before")

    clock = Clock()
    for _ in range(3):
        desk(engine, clock, nothing).look(NOBODY)
        clock.at += timedelta(days=1)
    assert asked == ["2026-W01"] and listed(engine) == []


def test_a_program_that_ends_gives_back_what_is_under_way(engine: Engine) -> None:
    ended = threading.Event()

    def long(order: Order, alive: Alive) -> Delivered:
        ended.set()
        alive()
        return delivered(order)

    desk(engine, Clock(), long).look(ended)
    (run,) = open_runs(engine, START)
    assert not run.running and run.next_at <= START and run.why == "the program was stopped"
    assert issubclass(StoppedError, Exception)


def test_who_comes_back_after_the_lease_brings_nothing(engine: Engine) -> None:
    clock = Clock()

    def asleep(order: Order, _alive: Alive) -> Delivered:
        clock.at += LEASE
        desk(engine, clock).look(NOBODY)
        return delivered(order)

    desk(engine, clock, asleep).look(NOBODY)
    assert [k.period for k in listed(engine)] == ["2026-W01"] and open_runs(engine, START) == []


def test_an_order_holds_the_key_and_shows_nothing_of_it(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "key.p12").write_bytes(b"\x00secret")
    orders: list[Order] = []

    def take(order: Order, alive: Alive) -> Delivered:
        orders.append(order)
        return make(order, alive)

    plan = Plan(city(), "town", tmp_path, key=tmp_path / "key.p12", key_password="sesame")
    Desk(engine, plan, Clock(), take).look(NOBODY)
    (order,) = orders
    assert Order.read(order.written()) == order and order.pkcs12 == b"\x00secret"
    assert "sesame" not in repr(order) and order.key not in repr(order) and order.url not in repr(order)


def test_mails_wait_for_those_who_want_this_report(engine: Engine) -> None:
    to = ["all@hue.example", {"address": "english@hue.example", "locale": "en"}]
    desk(engine, Clock(), locales=["vi", "en"], to=to).look(NOBODY)
    with engine.connect() as c:
        found = c.execute(text("select locale, recipient from repository.report_mail join repository.report using"
                               " (report_id) order by 1, 2")).all()  # fmt: skip
    assert [tuple(f) for f in found] == [
        *(("en", "all@hue.example"), ("en", "english@hue.example")),
        ("vi", "all@hue.example"),
    ]
    kept = listed(engine)[0]
    found_content = content(engine, kept.report_id)
    assert found_content and sha256(found_content.content).hexdigest() == kept.sha256
