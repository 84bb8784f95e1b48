"""How long the weekly PDF takes in fresh processes, how much memory, how many bytes; and the same from the rows on.

The city is that of bench/indicators in the shapes of Hue's places.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import numpy as np

from bench.figure import Figure
from bench.indicators import AT, CITY, town
from city.config import ASSETS
from city.places import Places
from city.snapshot import Snapshot
from city.tables import Tables
from dashboards.kit.language import languages
from reports.document import document, frozen
from reports.fonts import fonts
from reports.making import ROOT
from reports.scope import Scope
from reports.week import last_week


def drawn(held: Tables) -> Tables:
    """With the outlines, seats and areas of Hue's places."""
    features = json.loads((ASSETS / "cities" / "hue-places.geojson").read_text("utf-8"))["features"]
    both = zip(held.places.all, features, strict=True)
    known = ("name", "latitude", "longitude", "area_km2", "population")
    named = [replace(p, geometry=f["geometry"], **{k: f["properties"][k] for k in known}) for p, f in both]
    return replace(held, places=Places(tuple(named)))


def scope(held: Tables) -> Scope:
    week = last_week(AT, CITY.zone)
    picture, *before = (Snapshot(CITY, week.end - timedelta(days=7 * n), held) for n in range(5))
    return Scope(week, picture, before, held.places.city, languages(CITY.zone)["vi"])


LAUNCHER = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", *sys.argv[1:]], check=True)
sys.stderr.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
"""
"""A small process between: a child's greatest memory begins with that of the process it is forked from."""


def process(module: str, given: bytes, folder: Path) -> tuple[float, float, bytes]:
    """Seconds from the start of a process to its end, its greatest memory in MB, and what it answers."""
    command = [sys.executable, "-c", LAUNCHER, module, str(folder), "60"]
    begun = perf_counter()
    done = subprocess.run(command, input=given, capture_output=True, cwd=ROOT, check=True)
    return perf_counter() - begun, int(done.stderr) / 1024, done.stdout


def pressed(snapshot: bytes, folder: Path) -> tuple[float, float, bytes]:
    """The same of the two processes that make a PDF one after the other."""
    plotting, drawing, charts = process("reports.plot", snapshot, folder)
    given = json.dumps({"snapshot": snapshot.decode(), "charts": json.loads(charts)}).encode()
    setting, typing, pdf = process("reports.press", given, folder)
    return plotting + setting, max(drawing, typing), pdf


def measure(repeats: int = 7) -> list[Figure]:
    held = drawn(town())
    writing, times, memory, sizes, hashes = [], [], [], [], set()
    with tempfile.TemporaryDirectory() as data:
        folder = fonts(Path(data))
        for _ in range(repeats):
            begun = perf_counter()
            snapshot = frozen(document(scope(held)))
            writing.append(perf_counter() - begun)
            took, megabytes, pdf = pressed(snapshot, folder)
            times.append(took)
            memory.append(megabytes)
            sizes.append(len(pdf) / 1e6)
            hashes.add(hashlib.sha256(pdf).hexdigest())
    assert len(hashes) == 1, "the same rows gave different files"
    print(f"  pages of {np.median(sizes):.2f} MB, the same {repeats} times: {hashes.pop()[:16]}…")
    return [
        Figure("weekly PDF: rows to frozen document", "s", writing),
        Figure("weekly PDF: document to PDF, fresh processes", "s", times, want="≤ 3"),
        Figure("weekly PDF: memory of the larger process", "MB", memory, want="≤ 200"),
        Figure("weekly PDF: size", "MB", sizes, want="≤ 1"),
    ]
