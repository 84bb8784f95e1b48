"""The country as it runs: `ioc serve --no-collect` as a process of its own, agencies that commit, screens that follow.

Each commit holds a ticket, so that the overview's count of open ones tells which commits a frame shows. A period is
missed when one of its commits was not on the first screen within five seconds.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from subprocess import Popen
from time import perf_counter, sleep
from typing import Any

import psutil

from bench._database import plain_url
from bench._processes import ROOT, cpu_s, free_port, running, wait_until_it_answers
from bench._sightings import shown
from bench._stage import told

SECONDS = float(os.environ.get("BENCH_COUNTRY_SECONDS", "120"))
SCREENS, PERIOD_S, LAST_S, START_S = 5, 5.0, 20.0, 900.0
QUERY = "?show=vn_aqi&lang=en"
Row = dict[str, Any]


def lived(url: str, folder: Path, minutes: int, sensors: int, communes: int, seconds: float = SECONDS) -> Row:
    """A row of what it came to; `minutes` of readings are stored already."""
    began = perf_counter()
    with served(url, folder, str(folder / "country.toml")) as (href, server):
        start = perf_counter() - began
        log = folder / "screens.log"
        with running(["-m", "bench._country_screens", href, str(SCREENS)], log=log) as screens:
            assert screens.stdout is not None
            if screens.stdout.readline().strip() != "ready":
                raise RuntimeError(log.read_text()[-2000:])
            used, database = cpu_s(server.pid), cpu_s(_postmaster(folder))
            commits = _commits(url, folder, seconds, sensors, communes)
            sleep(LAST_S)
            used, database = cpu_s(server.pid) - used, cpu_s(_postmaster(folder)) - database
            memory = psutil.Process(server.pid).memory_info().rss
            first, *_ = seen = told(screens)
    periods = seconds / PERIOD_S  # of writing; catching up afterwards is part of what they cost
    return {
        "minutes stored": minutes, "readings": minutes * sensors, "start-up, s": start, **_delays(commits, first),
        "server CPU a period, s": used / periods, "database CPU a period, s": database / periods,
        "memory, MB": memory / 1e6, "screens": len(seen),
    }  # fmt: skip


def _delays(commits: list[Row], screen: Any) -> Row:
    seen = [(at, value or 0) for at, value in screen["seen"]]  # before the first ticket the tile has no number
    found = shown([c["at"] for c in commits], seen, each=1)
    cuts = quantiles(found.delays, n=20, method="inclusive")
    shots = [size for _, size in screen["frames"]]
    began = commits[0]["at"]
    slow = {int((c["at"] - began) / PERIOD_S / 1000) for c, d in zip(commits, found.delays, strict=False) if d > 5000}
    slow |= {int((c["at"] - began) / PERIOD_S / 1000) for c in commits[len(found.delays) :]}
    return {
        "commits": len(commits), "unseen": found.unseen, "median, ms": median(found.delays), "95 %, ms": cuts[-1],
        "worst, ms": max(found.delays), "periods missed": len(slow),
        "of": 1 + int((commits[-1]["at"] - began) / PERIOD_S / 1000),
        "frames a period": len(shots) / (1 + (commits[-1]["at"] - began) / PERIOD_S / 1000),
        "frame, kB": median(shots) / 1000, "largest frame, kB": max(shots) / 1000,
        "writer late, ms": 1000 * max(c["late"] for c in commits),
    }  # fmt: skip


@contextmanager
def served(url: str, folder: Path, city: str) -> Iterator[tuple[str, Popen[str]]]:
    """The product on that database and a city file, ready: the overview's address, and the process."""
    port = free_port()
    data = folder / "web"
    data.mkdir(exist_ok=True)
    settings = {
        "IOC_DATA_DIR": str(data),
        "IOC_CITY": city,
        "IOC_REPOSITORY_URL": url,
    }
    arguments = [str(ROOT / "app.py"), "serve", "--no-collect", "--host", "127.0.0.1", "--port", str(port)]
    with running(arguments, settings, folder / "serve.log") as process:
        wait_until_it_answers(f"http://127.0.0.1:{port}/readyz", process, START_S)
        yield f"http://127.0.0.1:{port}/{QUERY}", process


def _commits(url: str, folder: Path, seconds: float, sensors: int, communes: int) -> list[Row]:
    words = [plain_url(url), str(seconds), str(sensors), str(communes)]
    with running(["-m", "bench._country_writer", *words], log=folder / "writer.log") as process:
        out, _ = process.communicate(timeout=60 + 5 * seconds)
    if process.returncode:
        raise RuntimeError((folder / "writer.log").read_text()[-2000:])
    return [json.loads(line) for line in out.splitlines()]


def _postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
