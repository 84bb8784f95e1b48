"""Single rows that matter: the week's severe incidents; the oldest tickets, and the agencies that hold them."""

import numpy as np

from city.batch import Array
from city.marks import SCENES
from city.rows import Rows
from city.scene import instant
from reports.blocks import Block, box, heading, table, text
from reports.letters import outside
from reports.scope import Scope

SEVERE, MOST, FEWER, AGENCIES = 2, 10, 6, 8
WHOLE = frozenset({"health"})
"""Domains of which every incident counts, whatever its severity."""
DAY = np.timedelta64(1, "D")


def incidents(scope: Scope, domain: str) -> list[Block]:
    """Incidents of a domain opened in the week, only the severe ones where severity is what counts: the worst, and of
    these the newest, first."""
    rows, say = scope.picture.tables["event"], scope.say
    at, since = instant(scope.week.end), instant(scope.week.start)
    its = rows["public_order"] if domain == "public_order" else rows["scene"] == SCENES.index(domain)
    mine = its & (rows["opened_at"] > since) & (rows["opened_at"] <= at) & _here(scope, rows)
    severe = np.flatnonzero(mine if domain in WHOLE else mine & (rows["severity"] <= SEVERE))
    order = severe[
        np.lexsort(
            (
                rows["event_id"][severe].astype(str),
                -rows["opened_at"][severe].astype(np.int64),
                rows["severity"][severe],
            )
        )
    ]
    title = say("Incidents of the week") if domain in WHOLE else say("Severe incidents of the week")
    if not len(order):
        return [heading(title), text(say("None."))]
    head = [say(w) for w in ("Opened", "What", "Severity", "Ward or commune", "Minutes to arrival", "Closed")]
    most = MOST if domain == "public_order" else FEWER
    lines = [_incident(scope, rows, i, at) for i in order[:most].tolist()]
    return [table(_of(scope, title, len(order), most), head, lines, [24, 30, 14, 28, 22, 24], [2, 4])]


def _incident(scope: Scope, rows: Rows, i: int, at: np.datetime64) -> list[str]:
    arrived, closed = rows["arrived_at"][i], rows["closed_at"][i]
    minutes = (arrived - rows["opened_at"][i]) / np.timedelta64(1, "m") if arrived <= at else None
    return [
        scope.when(rows["opened_at"][i]),
        outside(_category(scope, rows["category"][i])),
        scope.say.number(float(rows["severity"][i])),
        scope.name(int(rows["slot"][i])),
        scope.say.number(minutes, 1),
        scope.when(closed) if closed <= at else scope.say("open"),
    ]


def _category(scope: Scope, category: str | None) -> str:
    """The catalogues' word for it, or for the end or the beginning of it, else its own without the underscores."""
    own = category or ""
    known = [scope.say.messages[w] for w in (own, *reversed(own.split("_"))) if w in scope.say.messages and w]
    return known[0] if known else own.replace("_", " ")


def tickets(scope: Scope) -> list[Block]:
    """The oldest open tickets, and every agency's backlog."""
    rows, at = scope.picture.tables["feedback"], instant(scope.week.end)
    open_ = rows["counts"] & (rows["received_at"] <= at) & ~(rows["closed_at"] <= at) & _here(scope, rows)
    found = np.flatnonzero(open_)
    if not len(found):
        return [heading(scope.say("Oldest open tickets")), text(scope.say("None."))]
    order = found[np.lexsort((rows["feedback_id"][found].astype(str), rows["received_at"][found]))]
    title = scope.say("Open tickets by agency")
    held = agencies(scope, title, rows, order, (rows["received_at"], rows["deadline_extended"]))
    return [clock(scope), held, oldest(scope, rows, order, at)]


def cases(scope: Scope) -> list[Block]:
    """Every agency's open cases."""
    rows, at = scope.picture.tables["administrative_case"], instant(scope.week.end)
    open_ = rows["counts"] & (rows["submitted_at"] <= at) & ~(rows["completed_at"] <= at) & _here(scope, rows)
    title, found = scope.say("Open cases by agency"), np.flatnonzero(open_)
    if not len(found):
        return [heading(title), text(scope.say("None."))]
    return [agencies(scope, title, rows, found, (rows["submitted_at"], rows["deadline"]))]


def clock(scope: Scope) -> Block:
    """Both rates side by side, each with its own denominator."""
    say = scope.say
    original, extended, given = (
        scope.number(f"feedback_{name}_rate_30d") for name in ("on_time", "on_time_extended", "extension")
    )
    shown = [scope.shown(n.indicator, n.value) for n in (original, extended, given)]
    sizes = [say.number(n.volume) for n in (original, extended)]
    words = "{0} on time of {1} decided by the original deadline; {2} of {3} by the extended one; {4} were extended."
    more = "A ticket nobody closes counts as late from the minute it is late."
    line = say(words).format(shown[0], sizes[0], shown[1], sizes[1], shown[2])
    return box(say("The clock, last 30 days"), f"{line} {say(more)}")


def oldest(scope: Scope, rows: Rows, order: Array, at: np.datetime64) -> Block:
    say, lines = scope.say, []
    for i in order[:MOST].tolist():
        late = (at - rows["deadline_extended"][i]) / DAY
        known = None if np.isnat(rows["deadline_extended"][i]) else max(0.0, float(late))
        lines.append(
            [
                outside(rows["feedback_id"][i], 18),
                outside(rows["category"][i], 24),
                outside(rows["agency"][i], 24),
                scope.name(int(rows["slot"][i]), 20),
                say.number((at - rows["received_at"][i]) / DAY, 1),
                say.number(known, 1),
            ]
        )
    head = [say(w) for w in ("Ticket", "Category", "Agency", "Ward or commune", "Days open", "Days late")]
    return table(_of(scope, say("Oldest open tickets"), len(order)), head, lines, [24, 32, 32, 26, 14, 14], [4, 5])


def agencies(scope: Scope, title: str, rows: Rows, order: Array, times: tuple[Array, Array]) -> Block:
    """Those with most that is late first; volume beside the oldest. `times`: when each began, and its deadline."""
    say, at = scope.say, instant(scope.week.end)
    begun, deadline = times
    names = np.array([str(rows["agency"][i] or "") for i in order.tolist()])
    late = deadline[order] < at
    age = np.subtract(at, begun[order]) / DAY
    each = [(int(late[m].sum()), int(m.sum()), float(age[m].max()), n) for n in np.unique(names) for m in [names == n]]
    each.sort(key=lambda a: (-a[0], -a[1], a[3]))
    lines = [[outside(n, 60), say.number(a), say.number(b), say.number(c, 1)] for b, a, c, n in each[:AGENCIES]]
    head = [say(w) for w in ("Agency", "Open", "Past the deadline", "Oldest, days")]
    return table(title, head, lines, [60, 20, 30, 20], [1, 2, 3])


def _here(scope: Scope, rows: Rows) -> Array:
    here: Array = rows["slot"] == scope.slot
    return np.ones(len(here), dtype=bool) if scope.slot == scope.picture.places.city else here


def _of(scope: Scope, title: str, size: int, most: int = MOST) -> str:
    """How many of them all are listed."""
    return f"{title}: {scope.say.number(most)} / {scope.say.number(size)}" if size > most else title
