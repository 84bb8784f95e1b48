"""All that changes on one page, as data: made once a snapshot, sent to every screen that shows the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from dashboards.kit.contract import Figure
from dashboards.kit.tile import Record

Trend = list[float | None]
LONG, FEW = 200, 3
"""A list is sent as its entries when it is that long, and one in so many changed at most."""


@dataclass(frozen=True)
class Frame:
    """What is sent to screens, as JSON; `quoted` is the same inside of a string of JSON, made once for all of them."""

    body: bytes

    @cached_property
    def quoted(self) -> str:
        return quoted(self.body.decode())


def quoted(text: str) -> str:
    """Text as it stands in a string of JSON, without the marks around it."""
    return orjson.dumps(text)[1:-1].decode()


@dataclass(frozen=True)
class Sheet:
    """`meta` is about the page as a whole; `tiles` and `trends` by tile key; `panels` (components as JSON) and
    `figures` by panel id. Sheets are numbered within their channel, from 1."""

    number: int
    meta: Mapping[str, Any]
    tiles: Mapping[str, Record] = field(default_factory=dict)
    trends: Mapping[str, Trend] = field(default_factory=dict)
    panels: Mapping[str, bytes] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)


def whole(sheet: Sheet, *, inline: bool = False) -> bytes:
    """Everything, for a screen that knows nothing yet; `inline`: its figures come with the page itself."""
    return _frame(
        sheet,
        whole=True,
        tiles=sheet.tiles,
        trends=sheet.trends,
        panels={k: orjson.Fragment(v) for k, v in sheet.panels.items()},
        figures={} if inline else {k: {"whole": f} for k, f in sheet.figures.items()},
    )


def delta(old: Sheet, new: Sheet) -> bytes:
    """What a screen that shows `old` needs to show `new`."""
    panels = {k: orjson.Fragment(v) for k, v in new.panels.items() if old.panels.get(k) != v}
    figures = {k: figure_change(old.figures.get(k), f) for k, f in new.figures.items() if old.figures.get(k) != f}
    return _frame(
        new,
        tiles=_changed(old.tiles, new.tiles),
        trends=_changed(old.trends, new.trends),
        panels=panels,
        figures=figures,
    )


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in new.items() if old.get(k) != v}


def figure_change(old: Figure | None, new: Figure) -> dict[str, Any]:
    """Only the attributes of traces that changed, by the trace's number; the whole figure when its shape did.

    Of a long list in which little changed only the `entries`: their indices, and what stands there now.
    """
    if old is None or old["layout"] != new["layout"] or len(old["data"]) != len(new["data"]):
        return {"whole": new}
    changes: dict[str, Any] = {}
    entries: dict[str, Any] = {}
    for i, (before, after) in enumerate(zip(old["data"], new["data"], strict=True)):
        if before.keys() != after.keys() or before["type"] != after["type"]:
            return {"whole": new}
        different = {k: v for k, v in after.items() if before[k] != v}
        few = {k: found for k, v in different.items() if (found := _entries(before[k], v))}
        if few:
            entries[str(i)] = few
        if different.keys() - few.keys():
            changes[str(i)] = {k: v for k, v in different.items() if k not in few}
    return {"traces": changes, **({"entries": entries} if entries else {})}


def _entries(old: Any, new: Any) -> list[list[Any]] | None:
    """None where the whole list is as short."""
    if not isinstance(old, list) or not isinstance(new, list) or len(old) != len(new) or len(new) < LONG:
        return None
    where = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a is not b and a != b]
    return [where, [new[i] for i in where]] if FEW * len(where) <= len(new) else None


def _frame(sheet: Sheet, **parts: Any) -> bytes:
    return orjson.dumps({"number": sheet.number, "meta": sheet.meta, **{k: v for k, v in parts.items() if v}})
