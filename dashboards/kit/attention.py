"""What needs somebody: every place's indicator at warning or alarm, and everything that has gone quiet; worst first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from city.freshness import MISSING, STALE
from city.indicator import DOMAINS
from city.indicators import registry
from city.level import ALARM, LEVELS, UNKNOWN, WARNING
from city.snapshot import Number
from dashboards.kit.address import link
from dashboards.kit.contract import View
from dashboards.kit.element import Element, element
from dashboards.kit.language import Language
from dashboards.kit.marks import data
from dashboards.kit.tile import sensor_name, unit
from dashboards.kit.trends import HOURLY
from dashboards.kit.words import plain_text

SHOWN = 40
GROUPED = 3
"""From so many places on an indicator is one row."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One row of the list. `nth` counts an indicator's places from the worst, so that each one's worst comes first."""

    number: Number
    slot: int
    nth: int = 0

    @property
    def rank(self) -> tuple[Any, ...]:
        """Alarms first, then warnings, then the quiet; what changes by the minute before what changes by the day."""
        severity = -1 if self.number.level == UNKNOWN else self.number.level
        slow = self.number.indicator.domain not in HOURLY
        return (-severity, self.nth, slow, DOMAINS.index(self.number.indicator.domain), self.number.indicator.code)


def notices(view: View) -> list[Notice]:
    """For the city: places at warning or alarm (the city itself where no place is), and what is stale."""
    return sorted(_notices(view), key=lambda n: n.rank)


def _notices(view: View) -> Iterator[Notice]:
    places = view.snapshot.places
    for code, indicator in registry().items():
        outcome = view.snapshot.outcome(code)
        bad = np.flatnonzero((outcome.levels >= WARNING) & (outcome.levels <= ALARM))
        mine = bad[bad != places.city] if view.slot == places.city else bad[bad == view.slot]
        if view.slot == places.city and not len(mine):
            mine = bad
        worse = 1 if indicator.better == "higher" else -1
        mine = mine[np.lexsort((mine, worse * outcome.values[mine], -outcome.levels[mine]))]
        found = zip(view.snapshot.numbers(code, mine), mine.tolist(), strict=True)
        yield from (Notice(n, slot, i) for i, (n, slot) in enumerate(found))
        number = view.snapshot.number(code, view.slot)
        if number.freshness == STALE:
            yield Notice(number, view.slot)


def quiet(view: View) -> list[str]:
    """Titles of indicators that have never had a row here."""
    found = (view.snapshot.number(c, view.slot) for c in registry())
    return [view.language.title(n.indicator) for n in found if n.freshness == MISSING]


@dataclass(frozen=True, slots=True)
class Group:
    """One indicator at one level: its worst place, the other places from bad to better, and whether the whole city
    stands at that level too."""

    head: Notice
    rest: tuple[Notice, ...] = ()
    whole: bool = False


def groups(found: list[Notice], view: View) -> list[Group]:
    """An indicator at one level in three places or more is one row, so that forty wards with one fault do not hide
    another; what the city itself suffers from comes first within a level."""
    same: dict[tuple[str, int], list[Notice]] = {}
    for n in found:
        same.setdefault((n.number.indicator.code, n.number.level), []).append(n)
    out: list[Group] = []
    for (code, level), alike in same.items():
        whole = int(view.snapshot.outcome(code).levels[view.slot]) == level
        if len(alike) < GROUPED:
            out += [Group(n, (), whole) for n in alike]
        else:
            out.append(Group(alike[0], tuple(alike[1:]), whole))
    return sorted(out, key=lambda g: (g.head.rank[0], not g.whole, *g.head.rank[1:]))


def attention(view: View) -> Element:
    """The list, or a calm word when there is nothing on it."""
    say, all_ = view.language, notices(view)
    found, failed = groups(all_, view), _failed(view)
    if not found and not failed:
        return element("P", say("Nothing needs attention"), className="calm")
    rows = [*failed, *(_group(g, view) for g in found[:SHOWN])]
    rows += _more(len(found), say)
    return element("Div", [_sum(all_, say), element("Ol", rows, className="attention")], className="attention-all")


def _more(count: int, say: Language) -> list[Element]:
    """That there are more than are shown: a country's three thousand communes would be a frame of megabytes."""
    left = count - SHOWN
    return [element("Li", say("and {n} more", n=say.number(left)), className="more")] if left > 0 else []


def _failed(view: View) -> list[Element]:
    """A row for each weekly report that could not be made: it leads to why, and to when it is tried again."""
    here = view.slot == view.snapshot.places.city and not view.choice.get("at")
    if view.shelf is None or not here:
        return []
    say, words = view.language, {k: v for k, v in view.choice.items() if k == "lang"}
    title = say("Weekly report")
    out: list[Element] = []
    for owed in view.shelf.failed:
        cells = [
            element(
                "Span",
                [element("I", className="level-icon"), element("Span", say.level("warning"))],
                className="attention-level",
            ),
            element("Span", owed.period, className="attention-place", title=owed.period),
            element(
                "Span", f"{title} · {say('failed, retrying')}", className="attention-what", title=owed.why or title
            ),
            element("Span", owed.locale, className="attention-value"),
            element("Time", className="age", **data(age=owed.due_at.isoformat())),
        ]
        marks = data(attention="weekly_report", level="warning", place="")
        out.append(
            element("Li", element("Link", cells, href=link("/reports", words)), className="attention-row", **marks)
        )
    return out


def _sum(found: list[Notice], say: Language) -> Element:
    """How many of each level, as far as there are any."""
    levels = [LEVELS[n.number.level] for n in found]
    counts = [(level, levels.count(level)) for level in ("alarm", "warning", "unknown") if level in levels]
    words = {"unknown": say("Stale")}
    parts = [
        element(
            "Span",
            [element("I", className="level-icon"), f"{say.number(n)} {words.get(level) or say.level(level)}"],
            className="attention-level",
            **data(level=level),
        )
        for level, n in counts
    ]
    return element("P", parts, className="attention-sum")


def _group(group: Group, view: View) -> Element:
    """A row that leads to its worst place; with other places it opens to them."""
    row = _linked(group.head, view, f" +{len(group.rest)}" if group.rest else "")
    if not group.rest:
        return element("Li", row, **_marks(group.head))
    words = view.language("in {n} places", n=view.language.number(len(group.rest) + 1))
    rest = [element("Li", _linked(n, view), **_marks(n)) for n in group.rest[:SHOWN]]
    inside = element("Ol", [*rest, *_more(len(group.rest), view.language)])
    more = element("Details", [element("Summary", element("Span", words), title=words), inside])
    return element("Li", [row, more], **_marks(group.head))


def _marks(notice: Notice) -> dict[str, Any]:
    n = notice.number
    return {
        "className": "attention-row",
        **data(attention=n.indicator.code, level=LEVELS[n.level], place=n.place or ""),
    }


def _linked(notice: Notice, view: View, more: str = "") -> Element:
    inside, place = _cells(notice, view, more), notice.number.place
    return element("Link", inside, href=href(view, place)) if place else element("Div", inside)


def _cells(notice: Notice, view: View, more: str) -> list[Element]:
    n, say = notice.number, view.language
    word = say("Stale") if n.freshness == STALE else say.level(LEVELS[n.level])
    shown = f"{say.number(n.value, n.indicator.decimals)} {unit(n.indicator, say)}".strip()
    observed = n.observed_at.isoformat() if n.observed_at else ""
    name, title = plain_text(view.name(notice.slot)), say.title(n.indicator)
    sensor = sensor_name(n.sensor, view)
    beside: list[str | Element] = [" · ", element("Span", sensor, **view.spelt)] if sensor else []
    place = [element("Span", name, **view.spelt), *([element("B", more)] if more else [])]
    return [
        element("Span", [element("I", className="level-icon"), element("Span", word)], className="attention-level"),
        element("Span", place, className="attention-place", title=name),
        element("Span", [title, *beside], className="attention-what", title=f"{title} · {sensor}" if sensor else title),
        element("Span", shown, className="attention-value"),
        element("Time", className="age", **data(age=observed)),
    ]


def href(view: View, place: str) -> str:
    """The page of a place, at the same moment and in the same language."""
    return link(f"/place/{place}", {k: v for k, v in view.choice.items() if k in ("at", "known", "lang")})
