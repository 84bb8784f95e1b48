"""What a map shows, in words: for who cannot see it, and as the head of its table. Made from the figure itself."""

import html
import re
from collections.abc import Mapping
from heapq import nsmallest
from typing import Any

from dashboards.kit.contract import Figure
from dashboards.kit.language import Language

HIGHEST = 3
POINTS = {
    "sensors": ("{n} sensor", "{n} sensors"),
    "incidents": ("{n} open incident", "{n} open incidents"),
    "points": ("{n} point", "{n} points"),
    "air": ("{n} station of air", "{n} stations of air"),
    "gauges": ("{n} river gauge", "{n} river gauges"),
    "streets": ("{n} flooded street", "{n} flooded streets"),
}
"""Traces of points that count, in words for one and for more; others draw the same points again."""


def lines(text: str) -> list[str]:
    """A hover text's lines as plain text."""
    return [html.unescape(re.sub("</?b>", "", line)) for line in text.split("<br>")]


def told(figure: Figure, say: Language) -> str:
    """Which places stand highest, how many are unknown, how many points lie on it."""
    parts = [_places(t, say) if t["type"] == "choroplethmap" else _points(t, say) for t in figure["data"]]
    return "; ".join(p for p in parts if p)


def _places(trace: Mapping[str, Any], say: Language) -> str:
    rows = list(zip(trace["z"], trace["text"], strict=True))
    found = [(z, text) for z, text in rows if z > trace["zmin"] and "<br>" in text]
    if not found:
        return say("no place has a value")
    known = [(z, lines(text)) for z, text in nsmallest(HIGHEST, found, key=lambda r: -r[0])]
    title = known[0][1][1].rpartition(": ")[0]
    highest = ", ".join(f"{r[0]} {r[1].rpartition(': ')[2].strip()}" for _, r in known)
    shown = say("{title}, highest: {places}", title=title, places=highest)
    unknown = len(rows) - len(found)
    blank = say.counted("unknown in {n} place", "unknown in {n} places", unknown)
    return f"{shown}; {blank}" if unknown else shown


def _points(trace: Mapping[str, Any], say: Language) -> str:
    words = POINTS.get(trace["name"])
    return say.counted(*words, len(trace["text"])) if words else ""
