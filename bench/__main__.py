"""`python -m bench [NAME …]`: run the measurements, print one table, keep the samples as JSON under results/.

Says nothing of pass or fail: machines differ, ratios of one run can be compared.
"""

import argparse
import importlib
import json
import os
import pkgutil
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table

import bench
from bench.figure import Figure, spread
from city.clock import WorldClock
from repository import programs

ROOT = Path(__file__).resolve().parent.parent
HELPERS = ("figure", "__main__", "_")  # "_": files that begin with it


def measurements() -> dict[str, object]:
    """Modules of this package with a function `measure() -> Iterable[Figure]`."""
    names = [m.name for m in pkgutil.iter_modules(bench.__path__) if not m.name.startswith(HELPERS)]
    modules = {n: importlib.import_module(f"bench.{n}") for n in names}
    return {n: m for n, m in modules.items() if hasattr(m, "measure")}


def machine() -> dict[str, str]:
    versions = {
        p: version(p) for p in ("dash", "plotly", "pandas", "numpy", "sqlalchemy", "psycopg", "fastapi", "uvicorn")
    }
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "cores": str(os.cpu_count()),
        "machine": platform.machine(),
        "processor": processor(),
        "load": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "commit": commit.stdout.strip() or "unknown",
        "postgresql": programs.VERSION,
        **versions,
    }


def processor() -> str:
    """Its name, where the system tells one."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text("utf-8").splitlines() if told.exists() else []
    return next((x.split(":", 1)[1].strip() for x in lines if x.startswith("model name")), "unknown")


def table(figures: list[Figure]) -> Table:
    out = Table(title="Scoreboard", caption=", ".join(f"{k} {v}" for k, v in machine().items()))
    for head in ("what", "unit", "ours: median (5 – 95 %)", "99 %", "plain: median (5 – 95 %)", "ours ÷ plain", "aim"):
        out.add_column(head)
    for f in figures:
        top = quantiles(f.ours, n=100, method="inclusive")[-1] if len(f.ours) > 1 else f.ours[0]
        plain = f"{f.against}: {spread(f.plain)}" if f.plain else "–"
        ratio = "–" if f.ratio is None else f"{f.ratio:.3g}"
        out.add_row(f.name, f.unit, spread(f.ours), f"{top:,.4g}", plain, ratio, f.want)
    return out


def main() -> None:
    known = measurements()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*known, []], help=f"of {', '.join(known)}; all when none is named")
    figures: list[Figure] = []
    took: dict[str, float] = {}
    failed: list[str] = []
    console = Console(width=None if sys.stdout.isatty() else 180)
    for name in parser.parse_args().names or known:
        console.print(f"measuring {name} …")
        began = perf_counter()
        try:
            figures += known[name].measure()  # type: ignore[attr-defined]
        except Exception:  # noqa: BLE001  the others of a long run are told all the same
            console.print_exception()
            failed.append(name)
        took[name] = round(perf_counter() - began, 1)
        console.print(f"  {took[name]:.0f} s")
    console.print(table(figures))
    found = {"machine": machine(), "seconds": took, "failed": failed, "figures": [f.data() for f in figures]}
    console.print(f"kept as {kept('bench', found)}; {sum(took.values()) / 60:.1f} minutes")
    if failed:
        sys.exit(f"could not be measured: {', '.join(failed)}")


def kept(name: str, found: dict[str, Any]) -> Path:
    """Where a run is kept: under its commit and moment, and as the newest of its name, `results/NAME.json`."""
    folder = ROOT / "results"
    folder.mkdir(exist_ok=True)
    text = json.dumps({"at": WorldClock().now().isoformat(timespec="seconds"), **found}, indent=1)
    (folder / f"{name.split('-')[0]}.json").write_text(text)
    path = folder / f"{name}-{machine()['commit']}-{WorldClock().now():%Y%m%dT%H%M%S}.json"
    path.write_text(text)
    return path.relative_to(ROOT)


if __name__ == "__main__":
    main()
