"""The weekly PDF from the rows of a demo city on, in a fresh process, beside a page of the same printed by a browser.

Ours reads the repository, draws, sets, checks and hashes; the browser is given the finished page and prints it only.
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import psutil

from bench._print import page, printed
from bench._stage import stage
from bench.figure import Figure
from commands._order import Delivered, Order, parsed
from reports.apart import ROOT
from reports.fonts import fonts
from reports.week import last_week
from tests.dashboards.scenes import HUE

MB = 1_000_000
ELSEWHERE: tuple[dict[str, str], ...] = (
    {},
    {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "1"},
    {"TZ": "America/Los_Angeles", "LC_ALL": "C", "PYTHONHASHSEED": "2"},
)


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds from the start of a process to its end, its answer, seconds of processor (of all its processes), and
    the greatest memory in MB: of the largest of its processes (resident), and of all of them together (proportional, so
    that what they share counts once)."""

    seconds: float
    said: bytes
    processor: float
    largest: float
    together: float


def timed(process: "subprocess.Popen[bytes]", begun: float, given: bytes = b"") -> Taken:
    most, over = [0.0, 0.0], threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, most, over), daemon=True)
    watch.start()
    before = _processor()
    said, _ = process.communicate(given)
    took = perf_counter() - begun
    over.set()
    watch.join()
    return Taken(took, said, _processor() - before, *most)


def _processor() -> float:
    """Of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(pid: int, most: list[float], over: threading.Event) -> None:
    while not over.is_set():
        try:
            mine = psutil.Process(pid)
            found = [p.memory_full_info() for p in (mine, *mine.children(recursive=True))]
            most[0] = max(most[0], *(m.rss / MB for m in found))
            most[1] = max(most[1], sum(m.pss for m in found) / MB)
        except psutil.Error:
            pass  # it ended while it was looked at
        sleep(0.03)


def ours(order: Order, environment: dict[str, str]) -> Taken:
    begun, pipe = perf_counter(), subprocess.PIPE
    command = [sys.executable, "-m", "commands._made", "120"]
    process = subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd=ROOT, env={**os.environ, **environment}
    )
    return timed(process, begun, order.written())


def plain(source: Path, out: Path) -> Taken:
    begun = perf_counter()
    return timed(printed(source, out), begun)


def _page(pdf: bytes, order: Order, folder: Path) -> Path:
    """The document that is attached to the report, as the page that the browser gets."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    folder.joinpath("report.pdf").write_bytes(pdf)
    with folder.joinpath("report.pdf").open("rb") as f:
        names = PdfFileReader(f).root["/Names"]["/EmbeddedFiles"]["/Names"]
        snapshot = bytes(names[1]["/EF"]["/F"].data)
    command = [sys.executable, "-m", "reports.plot", order.fonts, "120"]
    drawn = subprocess.run(command, input=snapshot, capture_output=True, cwd=ROOT, check=True).stdout
    source = folder / "report.html"
    source.write_text(page(json.loads(snapshot), json.loads(drawn)), "utf-8")
    return source


def measure(repeats: int = 9) -> list[Figure]:
    with stage() as city:
        week = last_week(datetime.now(UTC), HUE.zone)
        folder = str(fonts(city.data))
        order = Order(city.url, "hue", week.code, None, "vi", datetime.now(UTC).isoformat(), folder)
        first = parsed(ours(order, {}).said)
        assert isinstance(first, Delivered), first
        source = _page(first.pdf, order, city.data)
        mine, theirs, hashes, sizes = list[Taken](), list[Taken](), set[str](), list[float]()
        for n in range(repeats):
            mine.append(ours(order, ELSEWHERE[n % len(ELSEWHERE)]))
            theirs.append(plain(source, city.data / "printed.pdf"))
            sizes.append((city.data / "printed.pdf").stat().st_size / MB)
            hashes.add(hashlib.sha256(mine[-1].said.partition(b"\n")[2]).hexdigest())
    assert hashes == {first.sha256}, "the same rows gave different files"
    print(f"  {first.pages} pages, {len(mine)} times the same in {len(ELSEWHERE)} places: {first.sha256[:16]}…")
    print(f"  median of ours {median(t.seconds for t in mine):.2f} s")
    by = "a browser prints it"
    return [
        Figure("weekly PDF, fresh process", "s", [t.seconds for t in mine], [t.seconds for t in theirs], by, "≤ 3"),
        Figure("its processor time", "s", [t.processor for t in mine], [t.processor for t in theirs], by),
        Figure("its largest process", "MB", [t.largest for t in mine], [t.largest for t in theirs], by, "≤ 200"),
        Figure("all its processes", "MB", [t.together for t in mine], [t.together for t in theirs], by),
        Figure("its size", "MB", [len(first.pdf) / MB], sizes, by, "≤ 1"),
    ]
