"""`ioc serve` and `ioc poll`, as processes: started, looked at, told to stop."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from commands._web import listen
from repository.connect import connect
from repository.leader import Leadership

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60
Start = Callable[..., "subprocess.Popen[str]"]
INSERT = """insert into repository.feedback (source, feedback_id, status, received_at, place_code)
            values ('311', :id, 'received', :at, 'a')"""


@pytest.fixture
def start(town: Path, repository_url: str, tmp_path: Path) -> Iterator[Start]:
    """Starts the program on the small city in this test's own repository; ends what is left."""
    started: list[subprocess.Popen[str]] = []
    environment = {k: v for k, v in os.environ.items() if not k.startswith("IOC_")}
    told = {"IOC_CITY": str(town), "IOC_REPOSITORY_URL": repository_url, "IOC_DATA_DIR": str(tmp_path / "var")}

    def run(*words: str, **more: str) -> "subprocess.Popen[str]":
        with (tmp_path / f"log-{len(started)}").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, str(ROOT / "app.py"), *words],
                env={**environment, **told, **more},
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def ready(process: "subprocess.Popen[str]") -> str:
    """Where it serves, once it says so."""
    assert process.stdout
    said = re.search(r"ready at (http://\S+)", process.stdout.readline())
    assert said, "it ended before it was ready"
    return said[1]


def stopped(process: "subprocess.Popen[str]", deadline: float = 15) -> int:
    process.send_signal(signal.SIGTERM)
    return process.wait(deadline)


def value(url: str, code: str = "feedback_open") -> float | None:
    answer = httpx.get(f"{url}/api/v1/indicators", params={"domain": "feedback"}, timeout=PATIENCE).json()
    found: float | None = next(i["value"] for i in answer["indicators"] if i["code"] == code and i["place"] is None)
    return found


def until(value_of: Callable[[], object], wanted: object) -> None:
    end = time.monotonic() + PATIENCE
    while value_of() != wanted:
        assert time.monotonic() < end, f"still {value_of()}, not {wanted}"
        time.sleep(0.05)


def test_a_row_that_anybody_commits_is_served_by_every_replica(start: Start, engine: Engine) -> None:
    replicas = [start("serve", "--no-collect", "--port", "0") for _ in range(2)]
    urls = [ready(r) for r in replicas]
    assert [httpx.get(u + "/readyz", timeout=PATIENCE).status_code for u in urls] == [200, 200]
    with engine.begin() as c:
        c.execute(text(INSERT), {"id": "1", "at": datetime.now(UTC) - timedelta(hours=1)})
    for url in urls:
        until(lambda url=url: value(url), 1.0)
    assert [stopped(r) for r in replicas] == [0, 0]


def test_a_clock_that_stands_at_a_past_moment_shows_that_moment(start: Start, engine: Engine) -> None:
    with engine.begin() as c:
        for i in (1, 2):
            c.execute(text(INSERT), {"id": str(i), "at": datetime(2026, 3, i, 12, tzinfo=UTC)})
    url = ready(start("serve", "--no-collect", "--port", "0", "--at", "2026-03-01T20:00"))
    assert value(url) == 1
    assert httpx.get(url + "/readyz", timeout=PATIENCE).json()["at"] == "2026-03-02T01:00:00+00:00"


def test_whoever_collects_leads_and_lets_go_when_it_is_stopped(start: Start, repository_url: str) -> None:
    poll, engine = start("poll"), connect(repository_url)
    with Leadership(engine) as other:

        def led_by_poll() -> bool:
            taken = other.held()
            other.release()
            return not taken

        until(led_by_poll, True)
        assert stopped(poll) == 0
        until(other.held, True)
    engine.dispose()


def test_a_poll_once_ends_by_itself_and_has_made_partitions(start: Start, engine: Engine) -> None:
    poll = start("poll", "--once")
    out, _ = poll.communicate(timeout=PATIENCE)
    assert (poll.returncode, out) == (0, "there are no feeds yet; the repository is in order\n")
    with engine.connect() as c:
        months = c.execute(
            text("select count(*) from pg_inherits where inhparent = 'repository.observation'::regclass")
        )
        assert months.scalar_one() > 3


@pytest.mark.parametrize(
    ("words", "settings", "says"),
    [
        (("serve", "--speed", "2"), {}, "--speed needs --at"),
        (("serve", "--demo"), {}, "has no demo"),
        (("serve",), {"IOC_PORT": "{taken}"}, "the port is taken"),
        (("serve",), {"IOC_CITY": "atlantis"}, "atlantis"),
        (("serve",), {"IOC_REPOSITORY_URL": "{nowhere}"}, "does not exist"),
        (("poll", "--once"), {"IOC_REPOSITORY_URL": "postgresql+psycopg://i:hunter2@127.0.0.1:1/i"}, "127.0.0.1:1"),
        (("poll", "weather"), {}, "there is no source 'weather'"),
    ],
)
def test_what_stops_the_start_is_one_line(
    ioc: Callable[..., tuple[int, str, str]],
    repository_url: str,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    settings: dict[str, str],
    says: str,
) -> None:
    with listen("127.0.0.1", 0) as taken:
        for name, setting in {"IOC_PORT": "0", **settings}.items():
            nowhere = make_url(repository_url).set(database="no_such").render_as_string(hide_password=False)
            monkeypatch.setenv(name, setting.format(taken=taken.getsockname()[1], nowhere=nowhere))
        code, _, err = ioc(*words)
    (line,) = [x for x in err.splitlines() if not x.startswith('{"at"')]  # beside the log
    assert (code, says in line, "hunter2" in line) == (1, True, False), line
