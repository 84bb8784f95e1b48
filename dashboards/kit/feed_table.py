"""The table of feeds: a card each, how it does, what came in, its last seven days, and who suffers when it dies."""

from datetime import UTC, datetime

import numpy as np
from dash import html
from dash.development.base_component import Component

from dashboards.kit import supply
from dashboards.kit.charts import Cell, note, nothing, table
from dashboards.kit.contract import View
from dashboards.kit.language import DOMAIN_WORDS
from dashboards.kit.links import inside, to_meaning
from dashboards.kit.marks import aria, data
from dashboards.kit.supply import Line, Stretch
from dashboards.kit.words import plain_text

STATES = {
    "dead": ("Down", "alarm"),
    "failing": ("Failing", "warning"),
    "waiting": ("Not yet run", "unknown"),
    "ok": ("Working", "ok"),
    "alone": ("Writes by itself", "ok"),
    "withdrawn": ("Withdrawn", "unknown"),
}
"""Words of a feed's states, and the level whose sign they carry."""
CELLS: dict[str, str] = {"ok": "in time", "late": "late", "failed": "down", "none": "not asked"}
FIELDS = ("owner", "standard", "url", "licence")


def feeds(view: View) -> Component:
    say, found = view.language, supply.lines(view.snapshot.scene)
    if not found:
        return nothing(view)
    strips = supply.strips(view.snapshot.scene)
    head = (
        *(say("Source"), say("state"), say("last success"), say("newest data"), say("rows in, 24 h")),
        *(
            say("refused, 24 h"),
            say("delay"),
            say("last 7 days, hour by hour"),
            say("of these"),
            say("unknown if it dies"),
        ),
    )
    rows = [_feed(view, line, strips.get(line.source, [])) for line in found]
    return html.Div([_legend(view), table(say("Sources"), head, rows)])


def _feed(view: View, line: Line, strip: list[Stretch]) -> list[Cell]:
    say, day, told = view.language, line.day, line.feed is not None
    succeeded = age(line.feed.succeeded_at) if line.feed else "–"
    return [
        _card(view, line),
        _state(view, line),
        succeeded,
        age(line.newest_at),
        say.number(day.read) if told else "–",
        say.number(day.refused) if told else "–",
        _span(view, day.delay),
        _strip(view, strip),
        _trouble(view, strip),
        _sufferers(view, line),
    ]


def _sufferers(view: View, line: Line) -> Cell:
    """The indicators that have no level while this source is dead."""
    say, hung = view.language, supply.depends(view.snapshot.scene, line)
    if not hung:
        return "–"
    domains = ", ".join(say(DOMAIN_WORDS[d]) for d in dict.fromkeys(i.domain for i in hung))
    titles = [html.Li(inside(say.title(i), to_meaning(view, i))) for i in hung]
    return html.Details([html.Summary(f"{say.number(len(hung))} · {domains}"), html.Ul(titles)])


def _card(view: View, line: Line) -> Component:
    """The source's name, which opens to its card."""
    say, feed = view.language, line.feed
    name = plain_text((feed["title"] if feed else "") or line.source, 60)
    if feed is None:
        return html.Span(name)
    texts = {"source": line.source, **{f: feed[f] for f in FIELDS}}
    facts = [(say(name_), plain_text(text, 120)) for name_, text in texts.items() if text]
    times = {"every": feed["every"], "stale after": feed["stale_after"]}
    facts += [(say(name_), _span(view, float(seconds))) for name_, seconds in times.items()]
    facts.append((say("published"), say("yes") if feed["shared"] else say("no")))
    if feed["why"] and line.state in ("dead", "failing") and feed.last:
        facts.append((say("last failure"), plain_text(feed["why"], 160)))
    listed = [part for fact in facts for part in (html.Dt(fact[0]), html.Dd(fact[1]))]
    return html.Details([html.Summary(name, title=line.source), html.Dl(listed)])


def _state(view: View, line: Line) -> Component:
    word, level = STATES[line.state]
    return html.Span(
        [html.I(className="level-icon", **aria(hidden="true")), view.language(word)],
        className="cell-level",
        **data(level=level),
    )


def age(at: np.datetime64) -> Cell:
    return "–" if np.isnat(at) else html.Time(className="age", **data(age=_moment(at).isoformat()))


def _moment(at: np.datetime64) -> datetime:
    found: datetime = at.astype("datetime64[us]").astype(datetime)
    return found.replace(tzinfo=UTC)


def _span(view: View, seconds: float) -> str:
    """A length of time in its largest fitting unit."""
    say = view.language
    if not np.isfinite(seconds):
        return "–"
    if seconds < 120:
        return say("{n} s", n=say.number(seconds))
    if seconds < 7200:
        return say("{n} min", n=say.number(seconds / 60))
    if seconds < 172_800:
        return say("{n} h", n=say.number(seconds / 3600, 1))
    return say("{n} d", n=say.number(seconds / 86_400, 1))


def _strip(view: View, strip: list[Stretch]) -> Component:
    """Stretches as wide as they are long; each says in words what it is."""
    parts = [html.I(title=_told(view, s), style={"--n": str(s.hours)}, **data(cell=s.cell)) for s in strip]
    return html.Div(parts, className="strip", role="img", **aria(label=_trouble(view, strip)))


def _told(view: View, s: Stretch) -> str:
    say, begin = view.language, _moment(s.first)
    span = f"{say.minute(begin)} + {say('{n} h', n=s.hours)}"
    runs = say("{failed} of {runs} runs failed", failed=say.number(s.failed), runs=say.number(s.runs)) if s.runs else ""
    return " · ".join(t for t in (span, _cell(view, s.cell) if s.cell in CELLS else "", runs) if t)


def _cell(view: View, cell: str) -> str:
    return view.language(CELLS[cell])


def _trouble(view: View, strip: list[Stretch]) -> str:
    """Hours that were not in time, in words."""
    say = view.language
    found = [(cell, sum(s.hours for s in strip if s.cell == cell)) for cell in ("failed", "late", "none")]
    words = [f"{say('{n} h', n=say.number(n))} {_cell(view, cell)}" for cell, n in found if n]
    return ", ".join(words) if words else (say("all in time") if strip else "–")


def _legend(view: View) -> Component:
    keys = [html.Span([html.I(**data(cell=c)), _cell(view, c)], className="strip-key") for c in CELLS]
    return html.Div([note(view, unit="", period=view.language("7 days")), html.Div(keys)], className="feeds-head")
