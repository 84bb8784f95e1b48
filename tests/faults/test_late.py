"""F26, F27: the weekly report's moment passes while nobody can look, or while nothing runs at all (libfaketime)."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from zoneinfo import ZoneInfo

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from reports.week import last_week
from tests.faults.conftest import Record
from tests.faults.programs import Program, another, free_port, served
from tests.faults.rig import Rig, waited
from tests.faults.test_clocks import put, told
from tests.faults.town import TOWN

pytestmark = [pytest.mark.browser, pytest.mark.soak]
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PAST = """insert into repository.event (source, event_id, domain, category, severity, opened_at, closed_at, place_code)
          values ('old', 'o', 'public_order', 'fire', 3, now() - interval '30 days', now() - interval '29 days', 'a')"""
MADE = """select r.period, count(*), (select count(*) from repository.job_run j where j.period = r.period)
          from repository.report r group by r.period order by 1"""
HOUR = timedelta(hours=1)
LATE = timedelta(seconds=12)
ARRIVES = 45
"""Seconds: nothing is made in the first 20 of a process, each look comes 5 after the last, a report takes 3."""


def monday() -> datetime:
    """The next moment at which a report is due."""
    now = datetime.now(ZONE)
    at = (now + timedelta(days=7 - now.weekday())).replace(hour=6, minute=0, second=0, microsecond=0)
    return at.astimezone(UTC)


@dataclass
class Office:
    """A town's application under a clock of ours, its database, and the page that shows its reports."""

    url: str
    plain: str
    folder: Path
    data: Path
    page: Page
    port: int
    due: datetime
    ahead: timedelta = field(default=timedelta(0))
    """Of the world's clock."""

    @property
    def weeks(self) -> tuple[str, str]:
        """The week that is reported before the due moment, and the one that is from then on."""
        return last_week(self.due - timedelta(days=7), ZONE).code, last_week(self.due, ZONE).code

    def put(self, at: datetime) -> None:
        """What the programs take for now."""
        self.ahead = at - datetime.now(UTC)
        put(self.folder / "clock", f"{self.ahead.total_seconds():+.3f}")

    def overdue(self) -> timedelta:
        """How long ago, to the programs, the report fell due."""
        return datetime.now(UTC) + self.ahead - self.due

    def running(self, port: int = 0) -> AbstractContextManager[Program]:
        settings = {"IOC_CITY": str(self.folder / "town.toml"), **told(self.folder / "clock")}
        return served(url=self.url, data=self.data, port=port or self.port, settings=settings)

    def open(self, app: Program) -> None:
        """The town gets a past, the page is looked at, and the report of the week before is made."""
        waited(lambda: app.answers("/readyz") == 200, 60, why=lambda: app.said()[-800:])
        with psycopg.connect(self.plain, autocommit=True) as c:
            c.execute(PAST)
        self.page.goto(app.url + "/reports?lang=en")
        self.arrives(self.weeks[:1], app)

    def shown(self) -> list[str]:
        """Weeks whose reports the page offers."""
        return self.page.locator("#reports__archive a[download] b").all_inner_texts()

    def arrives(self, weeks: Sequence[str], app: Program) -> float:
        """Seconds until the page shows the reports of just these weeks, and that no other is owed."""

        def there() -> bool:
            return sorted(self.shown()) == sorted(weeks) and "No report is owed" in self.page.inner_text("#main")

        return waited(there, ARRIVES, why=lambda: self.page.inner_text("#main") + app.said()[-800:])

    def made(self) -> list[tuple[object, ...]]:
        """Of each week: how many reports there are, and how many runs."""
        with psycopg.connect(self.plain) as c:
            return [tuple(r) for r in c.execute(MADE)]

    @contextmanager
    def blocked(self) -> Iterator[None]:
        """Whoever looks for what is due waits."""
        with psycopg.connect(self.plain) as c:
            c.execute("set idle_in_transaction_session_timeout = 0")
            c.execute("lock table repository.job_run in access exclusive mode")
            yield


@pytest.fixture
def office(rig: Rig, browser: Browser, data_dir: Path, tmp_path: Path) -> Iterator[Office]:
    (tmp_path / "town.toml").write_text(TOWN)
    (tmp_path / "places.csv").write_text("place_code,name,population\na,Alpha,10\nb,Beta,20\n")
    page = browser.new_page(viewport={"width": 1000, "height": 600})
    with another(rig, "office") as url:
        plain = rig.plain.replace("/ioc?", "/office?")
        yield Office(url, plain, tmp_path, data_dir, page, free_port(), monday())
    page.close()


def test_f26_nobody_can_look_when_the_report_falls_due(office: Office, record: Record) -> None:
    before, week = office.weeks
    office.put(office.due - 12 * HOUR)
    with office.running() as app:
        office.open(app)
        with office.blocked():
            office.put(office.due - timedelta(seconds=4))
            waited(lambda: office.overdue() > LATE, 30)
            assert office.shown() == [before]
        freed = monotonic()
        office.arrives([week, before], app)
        recovered = monotonic() - freed
    assert office.made() == [(before, 1, 1), (week, 1, 1)]
    record("F26", seen=recovered, recovered=recovered, lost=0)


def test_f27_nothing_runs_when_the_report_falls_due(office: Office, record: Record) -> None:
    before, week = office.weeks
    office.put(office.due - 12 * HOUR)
    with office.running() as app:
        office.open(app)
    waited(lambda: "Server unreachable since" in office.page.inner_text("#banner"), 10)
    assert office.shown() == [before], "what was there stays to be seen"
    office.put(office.due + 3 * HOUR)
    began = monotonic()
    with office.running() as app, office.running(free_port()):  # both find that it is owed
        up = monotonic()
        office.arrives([week, before], app)
        seen, recovered = monotonic() - began, monotonic() - up
    assert office.made() == [(before, 1, 1), (week, 1, 1)]
    record("F27", seen=seen, recovered=recovered, lost=0)
