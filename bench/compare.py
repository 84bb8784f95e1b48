"""`python -m bench.compare BASE [NAME …]`: the benchmark of another commit and of this tree, in turn, in one run.

BASE is checked out beside, into a temporary directory; both run with this environment's libraries. Each measurement is
taken of both before the next one begins, and the order changes from round to round, so that a slow moment of the
machine hits both alike. Says nothing of pass or fail.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.__main__ import ROOT, kept, machine, measurements
from bench.figure import spread

BOUND_S = 1800
FEW = 3
Samples = dict[tuple[str, str], list[float]]
"""By name and unit of a figure."""


@contextmanager
def tree_of(revision: str) -> Iterator[Path]:
    """A working tree of another commit. Raises CalledProcessError for one that is not."""
    with tempfile.TemporaryDirectory(prefix="ioc-base-") as name:
        folder = Path(name) / "base"
        git("worktree", "add", "--detach", str(folder), revision)
        try:
            yield folder
        finally:
            git("worktree", "remove", "--force", str(folder))


def git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def measured(tree: Path, name: str) -> Samples:
    """One measurement as the tree itself takes it; nothing when it has none of that name or it fails, and says so."""
    into = tree / "results" / "bench.json"
    into.unlink(missing_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(
        [sys.executable, "-m", "bench", name],
        cwd=tree, env=environment, capture_output=True, text=True, timeout=BOUND_S, check=False,
    )  # fmt: skip
    if done.returncode or not into.exists():
        print(f"  {tree.name}: {name} could not be measured: {(done.stderr or done.stdout).strip()[-200:]}")
        return {}
    return {(f["name"], f["unit"]): f["ours"] for f in json.loads(into.read_text())["figures"]}


def compared(trees: dict[str, Path], names: Iterable[str], rounds: int) -> dict[str, Samples]:
    """Samples of each tree, over all rounds."""
    found: dict[str, Samples] = {label: defaultdict(list) for label in trees}
    for name in names:
        for turn in range(rounds):
            for label in sorted(trees, reverse=bool(turn % 2)):
                print(f"{name}, round {turn + 1} of {rounds}: {label} …")
                for key, samples in measured(trees[label], name).items():
                    found[label][key] += samples
    return found


def table(base: Samples, ours: Samples, revision: str) -> Table:
    caption = ", ".join(f"{k} {v}" for k, v in machine().items())
    out = Table(title=f"Beside {revision}: median (5 – 95 %)", caption=caption)
    for head in ("what", "unit", "base", "this tree", "this ÷ base"):
        out.add_column(head)
    for key in [*ours, *(k for k in base if k not in ours)]:
        a, b = base.get(key, []), ours.get(key, [])
        out.add_row(*key, spread(a) if a else "–", spread(b) if b else "–", ratio(a, b))
    return out


def ratio(base: list[float], ours: list[float]) -> str:
    """This ÷ base, of medians; in words when the spread explains it: each median lies in the other's range."""
    if not (base and ours and median(base)):
        return "–"
    said = f"{median(ours) / median(base):.3g}"
    return f"{said}, within the spread" if _inside(base, median(ours)) and _inside(ours, median(base)) else said


def _inside(samples: list[float], value: float) -> bool:
    """Between the two that nine in ten samples lie between; of too few samples nobody knows."""
    if len(samples) < FEW:
        return False
    low, *_, high = quantiles(samples, n=20, method="inclusive")
    return low <= value <= high


def rows(samples: Samples) -> list[dict[str, Any]]:
    return [{"name": name, "unit": unit, "samples": found} for (name, unit), found in samples.items()]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.compare", description=__doc__)
    parser.add_argument("base", help="a revision of this repository")
    parser.add_argument("names", nargs="*", help="measurements; all when none is named")
    parser.add_argument("--rounds", type=int, default=1)
    asked = parser.parse_args()
    revision = git("rev-parse", "--short", f"{asked.base}^{{commit}}")
    with tree_of(revision) as folder:
        trees = {"base": folder, "this tree": ROOT}
        found = compared(trees, asked.names or list(measurements()), asked.rounds)
    Console(width=None if sys.stdout.isatty() else 180).print(table(found["base"], found["this tree"], revision))
    told = {label: rows(samples) for label, samples in found.items()}
    print(f"kept as {kept(f'compare-{revision}', {'machine': machine(), 'base': revision, **told})}")


if __name__ == "__main__":
    main()
