"""Public services: on time, online, given once, and where cases wait."""

from functools import partial

import numpy as np
from dash import html
from dash.development.base_component import Component

from dashboards.kit import casework, links, summary
from dashboards.kit.attention import href
from dashboards.kit.casework import Work
from dashboards.kit.charts import Bar, Cell, bars, note, nothing, share, table
from dashboards.kit.contract import Page, Panel, View
from dashboards.kit.links import inside, to_meaning
from dashboards.kit.meaning import FEW
from dashboards.kit.record_words import LEFT
from dashboards.kit.records import NOBODY
from dashboards.kit.tiles import band

HEADLINES = (
    *("cases_open", "cases_overdue", "cases_on_time_rate_30d", "online_submission_rate_30d"),
    *("data_reuse_rate_30d", "processing_days_p50_30d"),
)
OPEN, OVERDUE, ON_TIME = "cases_open", "cases_overdue", "cases_on_time_rate_30d"
ONLINE, ONCE = "online_submission_rate_30d", "data_reuse_rate_30d"
GROUPS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    ("Transparency", 18, ()),
    ("Progress and results", 20, (ON_TIME, "processing_days_p50_30d")),
    ("Digitised files", 22, (ONCE,)),
    ("Online services", 22, (ONLINE, "online_payment_rate_30d")),
    ("Satisfaction", 18, ("services_satisfaction_30d",)),
)
"""Decision 766/QĐ-TTg: groups, their most points of 100, and what of each is known here."""
ROWS = 9


def deadlines(view: View) -> Component:
    """Open cases by how long they have left."""
    say, found = view.language, casework.left(view.snapshot.scene)
    if not sum(found):
        return nothing(view)
    rows = [
        Bar(
            say(name),
            share(n, max(found)),
            links.rows(view, say.number(n), OPEN, left=str(i)),
            (),
            "watch" if i < 2 and n else "",
        )
        for i, (name, n) in enumerate(zip(LEFT, found, strict=True))
    ]
    told = note(view, unit=say("open cases"), period="")
    return html.Div([told, bars(say("Time left"), (say("Deadline"), say("open")), rows, say)])


def waiting(view: View) -> Component:
    """Fields by what waits in them."""
    found = casework.by(view.snapshot.scene, "field")
    named = [(w, w.name or view.language("unknown"), "", {"field": w.name or NOBODY}) for w in found]
    return _waits(view, view.language("Field"), named)


def holders(view: View) -> Component:
    found = casework.by(view.snapshot.scene, "agency")
    named = [(w, w.name or view.language("Nobody yet"), "", {"agency": w.name or NOBODY}) for w in found]
    return _waits(view, view.language("Agency"), named)


def _waits(view: View, what: str, found: list[tuple[Work, str, str, dict[str, str]]]) -> Component:
    if not found:
        return nothing(view)
    say, longest = view.language, max(found[0][0].open, 1)
    rows = []
    for w, name, to, words in found[:ROWS]:
        open_, late = (links.rows(view, say.number(n), c, **words) for n, c in ((w.open, OPEN), (w.overdue, OVERDUE)))
        age = say.number(None if np.isnan(w.age) else w.age, 1)
        kept = links.rows(view, say.number(w.kept.rate, 1), ON_TIME, **words)
        rows.append(Bar(name, share(w.open, longest), open_, (late, age, kept, say.number(w.kept.all)), href=to))
    some = say("the {n} with most of {m}", n=len(rows), m=len(found))
    head = (what, say("open"), say("overdue"), say("median age, days"), say("on time, %"), say("of 30 days"))
    return html.Div([note(view, unit=some, period=""), bars(what, head, rows)])


def wards(view: View) -> Component:
    """Places by what is done online and given once; those of few cases after those of many."""
    say, codes = view.language, view.snapshot.places
    found = [w for w in casework.by(view.snapshot.scene, "place") if w.submitted]
    if not found:
        return nothing(view)
    ranked = sorted(found, key=lambda w: (w.submitted < FEW, (w.kept.rate is None, w.kept.rate), w.slot))
    rows = []
    for w in ranked[:ROWS]:
        code = codes.code(w.slot) or ""
        rate, online, once = (
            links.rows(view, say.number(x, 1), c, place=code)
            for x, c in (
                (w.kept.rate, ON_TIME),
                (100 * w.online / w.submitted, ONLINE),
                (100 * w.reused / w.submitted, ONCE),
            )
        )
        rows.append(
            Bar(
                view.name(w.slot), (w.kept.rate or 0) / 100, rate, (online, once, say.number(w.submitted)),
                href=href(view, code),
            )
        )  # fmt: skip
    head = (say("Place"), say("on time, %"), say("online, %"), say("given once, %"), say("of 30 days"))
    told = note(view, unit=say("the {n} latest of {m}", n=len(rows), m=len(found)), period=say("30 days"))
    return html.Div([told, bars(say("Places"), head, rows)])


def channels(view: View) -> Component:
    say, found = view.language, casework.by(view.snapshot.scene, "channel")
    found = sorted((w for w in found if w.submitted), key=lambda w: -w.submitted)
    if not found:
        return nothing(view)
    whole = sum(w.submitted for w in found)
    rows = [
        Bar(
            say(w.name) if w.name else say("unknown"),
            w.submitted / whole,
            f"{say.number(100 * w.submitted / whole, 1)} %",
            (links.rows(view, say.number(w.submitted), ONLINE, channel=w.name or NOBODY),),
        )
        for w in found[:ROWS]
    ]
    told = note(view, unit=say("cases submitted"), period=say("30 days"))
    return html.Div([told, bars(say("How people apply"), (say("Channel"), say("share"), say("submitted")), rows)])


def decision(view: View) -> Component:
    """The decision's groups: what is known of each here. Its points are given by the national portal, not by us."""
    say = view.language
    rows: list[tuple[Cell, ...]] = []
    for name, points, codes in GROUPS:
        known: list[Cell] = []
        for code in codes:
            n = view.snapshot.number(code, view.slot)
            shown = f"{say.number(n.value, n.indicator.decimals)} {say(n.indicator.unit)}"
            known.append(html.Div(inside(f"{say.title(n.indicator)}: {shown}", to_meaning(view, n.indicator))))
        rows.append((say(name), say.number(points), html.Div(known) if known else say("not measured here")))
    told = note(view, unit=say("points are the national portal's to give"), period=say("30 days"))
    head = (say("Group"), say("most points"), say("what is known here"))
    return html.Div([told, table(say("Decision 766/QĐ-TTg"), head, rows)])


PAGE = Page(
    key="services",
    title="Public services",
    order=60,
    kind="domain",
    panels=(
        Panel("now", "Now", partial(band, "services", HEADLINES), beside=partial(summary.line, "services")),
        Panel("fields", "Where cases wait", waiting, "component", wide=True),
        Panel("deadlines", "Time left", deadlines, "component"),
        Panel("channels", "How people apply", channels, "component"),
        Panel("agencies", "Who holds them", holders, "component", wide=True),
        Panel("wards", "Places", wards, "component"),
        Panel("decision", "Decision 766/QĐ-TTg", decision, "component"),
    ),
)
