"""The running product on a demo city's past, the Interval page on the same repository, and a writer beside them."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from bench._database import data_dir, plain_url
from bench._processes import ROOT, cpu_s, free_port, running, wait_until_it_answers
from repository.server import embedded

DEMO = [str(ROOT / "app.py"), "demo"]
SERVE = [str(ROOT / "app.py"), "serve", "--no-collect"]
QUERY = "?show=feedback_open&lang=en"
"""The map is coloured by what changes, so that each commit changes all its places."""
WRITE_DEMO_S = 300


@dataclass(frozen=True, slots=True)
class Server:
    """A process that serves pages."""

    href: str
    pid: int


@dataclass(frozen=True, slots=True)
class Stage:
    """A repository with the demo city's past, in a data directory of its own."""

    data: Path
    url: str

    @contextmanager
    def product(self) -> Iterator[Server]:
        port = free_port()
        log = self.data / "serve.log"
        arguments = [*SERVE, "--host", "127.0.0.1", "--port", str(port)]
        with running(arguments, {"IOC_DATA_DIR": str(self.data)}, log) as process:
            wait_until_it_answers(f"http://127.0.0.1:{port}/readyz", process)
            yield Server(f"http://127.0.0.1:{port}/{QUERY}", process.pid)

    @contextmanager
    def interval(self, mode: str) -> Iterator[Server]:
        """The Interval page, `query` or `memory`."""
        port = free_port()
        arguments = ["-m", "bench._interval_page", self.url, str(port), mode, str(self.data)]
        with running(arguments, log=self.data / "interval.log") as process:
            wait_until_it_answers(f"http://127.0.0.1:{port}/", process)
            yield Server(f"http://127.0.0.1:{port}/", process.pid)

    @contextmanager
    def screens(self, client: str, href: str, count: int) -> Iterator[subprocess.Popen[str]]:
        """Screens without a browser, all of them lit; `told` says at the end what they noted."""
        with running(["-m", f"bench.{client}", href, str(count)], log=self.data / "screens.log") as process:
            if _line(process) != "ready":
                raise RuntimeError((self.data / "screens.log").read_text()[-2000:])
            yield process

    def commits(self, count: int, period_s: float = 1.0) -> list[float]:
        """The writer's whole run: the time in ms at which each of its commits returned."""
        arguments = ["-m", "bench._writer", plain_url(self.url), str(count), str(period_s)]
        with running(arguments, log=self.data / "writer.log") as process:
            out, _ = process.communicate(timeout=60 + 3 * count * period_s)
        times = [float(json.loads(line)["at"]) for line in out.splitlines()]
        if len(times) != count:
            raise RuntimeError((self.data / "writer.log").read_text()[-2000:])
        return times

    def database_cpu_s(self) -> float:
        """Seconds of processor that the PostgreSQL server has used."""
        return cpu_s(int((self.data / "postgres" / "postmaster.pid").read_text().split()[0]))

    def transactions(self) -> int:
        """Transactions of the database so far, this question's own and the server's own work included."""
        with psycopg.connect(plain_url(self.url), autocommit=True) as connection:
            name = make_url(self.url).database
            asked = "select xact_commit + xact_rollback from pg_stat_database where datname = %s"
            row = connection.execute(asked, [name]).fetchone()
        assert row is not None
        return int(row[0])


def told(process: subprocess.Popen[str]) -> list[object]:
    """Ends a process of screens; what they noted."""
    out, _ = process.communicate(timeout=60)
    found: list[object] = json.loads(out)
    return found


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@contextmanager
def stage() -> Iterator[Stage]:
    with data_dir() as data, embedded(data) as url:
        with running(DEMO, {"IOC_DATA_DIR": str(data)}, data / "demo.log") as process:
            process.communicate(timeout=WRITE_DEMO_S)
        if process.returncode:
            raise RuntimeError((data / "demo.log").read_text()[-2000:])
        yield Stage(data, url)
