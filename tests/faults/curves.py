"""What a day on the wall cost, kept as samples (`results/soak.json`) and as lines to look at (`results/soak.txt`)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.faults.defences import without

RESULTS = Path(__file__).parents[2] / "results"
NAMES = ("heap_mb", "nodes", "listeners", "renderer_mb", "server_mb", "figures", "contexts", "detached")
BARS = " ▁▂▃▄▅▆▇█"


def keep(path: str, samples: Sequence[dict[str, Any]], of: int, seconds: float) -> None:
    """The samples of a page so far, of so many updates wanted; those of other pages stay. Nothing without a defence."""
    if without():
        return
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / "soak.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    made = {"updates": samples[-1]["update"], "of": of, "seconds": round(seconds)}
    known[path] = {**made, "samples": list(samples)}
    file.write_text(json.dumps(known, indent=1))
    text = [
        plot(p, name, [s[name] for s in d["samples"]], d["updates"])
        for p, d in known.items()
        for name in NAMES
        if name in d["samples"][0]
    ]
    (RESULTS / "soak.txt").write_text("\n".join(text))


def plot(path: str, name: str, values: Sequence[float], updates: int) -> str:
    """One line: a bar a sample between the least and the most."""
    low, span = min(values), max(values) - min(values) or 1
    bars = "".join(BARS[1 + round((v - low) / span * (len(BARS) - 2))] for v in values)
    ends = f"{values[0]:,.1f} → {values[-1]:,.1f} ({low:,.1f} – {max(values):,.1f})"
    return f"{path:14} {name:12} {bars}  {ends} in {updates:,} updates"
