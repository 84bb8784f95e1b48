"""Writes docs/indicators.md from the registry: `make docs`."""

from itertools import groupby
from pathlib import Path

from city.indicator import Indicator
from city.indicators import registry

PAGE = Path(__file__).with_name("indicators.md")
HEAD = """# Indicators

Made by `make docs` from `city/indicators/`: change it there.

An indicator is computed for each place, for rows without a place (*unlocated*) and for the city; the last column
says how the city's value comes about, which is never as a mean of the places' values. Places and unlocated add up to
the city, exactly, for every count. Unknown is unknown, never zero; a number that is old keeps its value and loses
its level. Quantiles interpolate linearly. A window of 24 hours at moment t is (t − 24 h, t]. Of a row with a life
only what had happened by t counts.

Limits are watch / warning / alarm, until the city file says otherwise (`[thresholds.CODE]`); "proposal" means that
no city has agreed to them yet. [Formulas](formulas.md) says how each is computed, and where the formula is from.
"""
COLUMNS = (
    "| code | what it says | formula | unit | limits | whose limits | target | the city's value |\n"
    + "| --- " * 8
    + "|\n"
)


def catalogue() -> str:
    """The whole page."""
    parts = [HEAD]
    for domain, found in groupby(registry().values(), key=lambda i: i.domain):
        rows = "".join(row(i) + "\n" for i in found)
        parts.append(f"\n## {domain.replace('_', ' ').capitalize()}\n\n{COLUMNS}{rows}")
    return "".join(parts)


def row(i: Indicator) -> str:
    """One indicator as a row of its table."""
    t = i.thresholds
    limits = (t.watch, t.warning, t.alarm)
    agreed = [x for x in (*limits, t.target) if x is not None]
    cells = [
        f"`{i.code}`",
        i.definition,
        f"`{i.formula}`",
        i.unit,
        " / ".join(map(figure, limits)) if any(x is not None for x in limits) else "–",
        t.source if agreed or i.judge else "–",
        figure(t.target),
        i.rollup,
    ]
    return "| " + " | ".join(c.replace("|", "\\|") for c in cells) + " |"


def figure(x: float | None) -> str:
    return "–" if x is None else f"{x:g}"


if __name__ == "__main__":
    PAGE.write_text(catalogue(), "utf-8")
