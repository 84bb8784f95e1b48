"""Public order: what is open and how bad, whether help comes in time, when and where it happens."""

from datetime import UTC, date, timedelta
from functools import partial

import numpy as np
from babel.dates import format_date
from dash import html
from dash.development.base_component import Component

from city.freshness import FRESH
from city.incidents import incidents
from city.indicators import registry
from dashboards.kit import calm, links, order, summary
from dashboards.kit.attention import href
from dashboards.kit.charts import Bar, Cell, bars, heat, note, nothing, share, table
from dashboards.kit.contract import Page, Panel, View
from dashboards.kit.marks import data
from dashboards.kit.record_words import AGES
from dashboards.kit.records import NOBODY
from dashboards.kit.tiles import band
from dashboards.kit.words import plain_text

HEADLINES = (
    *("incidents_open", "incidents_severe_open", "response_p50_24h", "dispatch_p50_24h"),
    *("incidents_24h", "rescues_open"),
)
MONDAY = date(2024, 1, 1)
ROWS = 9


def severity(view: View) -> Component:
    """Severity by age; the darker, the more."""
    say, found = view.language, order.grid(view.snapshot.scene)
    if not view.snapshot.scene.had("event"):
        return nothing(view)
    names = [say("severity {n}", n=s) for s in order.SEVERITIES] + [say("unknown")]
    most = float(found.max()) or 1.0
    words = [*(str(s) for s in order.SEVERITIES), NOBODY]
    rows = [
        (name, [(share(float(n), most), _open(view, n, word, age)) for age, n in enumerate(line.tolist())])
        for name, word, line in zip(names, words, found, strict=True)
    ]
    head = ("", *(say(a) for a in AGES))
    return html.Div(
        [note(view, unit=say("open incidents"), period=""), heat(say("Open by severity and age"), head, rows)]
    )


def _open(view: View, n: int, severity: str, age: int) -> Cell:
    """A number of the grid, which leads to its incidents."""
    shown = view.language.number(n)
    return links.rows(view, shown, "incidents_open", severity=severity, age=str(age)) if n else shown


def response(view: View) -> Component:
    """Each severity's median against the target, and how many were reached within it."""
    say, scene = view.language, view.snapshot.scene
    target = registry()["response_p50_24h"].limits(scene).target or 6.0
    found = order.responses(scene, target)
    if not found:
        return nothing(view)
    longest = max(m for *_, m, _ in found)
    fresh = view.snapshot.number("response_p50_24h", view.snapshot.places.city).freshness == FRESH
    rows = [
        Bar(
            say("severity {n}", n=s),
            share(m, longest),
            say.number(m, 1),
            (f"{say.number(100 * good)} %", links.rows(view, say.number(n), "response_p50_24h", severity=str(s))),
            "watch" if m > target and fresh else "",
        )
        for s, n, m, good in found
    ]
    aim = say("target {value}", value=f"≤ {say.number(target)} {say('minutes')}")
    head = (say("Severity"), say("median, min"), say("within the target"), say("reached"))
    return html.Div([note(view, unit=aim, period=say("24 hours")), bars(say("Time to arrive"), head, rows, say)])


def hot(view: View) -> Component:
    say, found = view.language, order.week(view.snapshot.scene, view.language.zone)
    if not found.any():
        return nothing(view)
    names = [format_date(MONDAY + timedelta(days=d), "EEE", locale=say.locale) for d in range(7)]
    most = float(found.max())
    rows = [
        (name, [(n / most, _began(view, n, d, h)) for h, n in enumerate(line.tolist())])
        for d, (name, line) in enumerate(zip(names, found, strict=True))
    ]
    told = note(view, unit=say("incidents opened, by hour and weekday"), period=say("{n} days", n=7 * order.WEEKS))
    return html.Div([told, heat(say("Hot hours"), ("", *(f"{h:02d}" for h in range(24))), rows)])


def _began(view: View, n: int, weekday: int, hour: int) -> Cell:
    shown = view.language.number(n)
    return links.rows(view, shown, "incidents_28d", weekday=str(weekday), hour=str(hour)) if n else shown


def places(view: View) -> Component:
    say, found = view.language, order.places(view.snapshot.scene)
    if not found:
        return nothing(view)
    longest = found[0][1]
    rows = [
        Bar(
            view.name(s),
            share(new, longest),
            links.rows(view, say.number(new), "incidents_24h", place=code),
            (links.rows(view, say.number(still), "incidents_open", place=code),),
            href=href(view, code),
        )
        for s, new, still in found[:ROWS]
        for code in (view.snapshot.places.code(s) or "",)
    ]
    some = say("the {n} with most of {m}", n=len(rows), m=len(found))
    head = (say("Place"), say("24 hours"), say("open"))
    return html.Div([note(view, unit=say("Incidents"), period=some), bars(say("Where it happens"), head, rows)])


def waiting(view: View) -> Component:
    say, found = view.language, order.waiting(view.snapshot.scene, ROWS)
    if not found:
        if not view.snapshot.scene.had("event"):
            return nothing(view)
        return calm.of_events(view, say("No incident is open"), incidents(view.snapshot.scene).row)
    rows = [
        (
            say.number(None if np.isnan(w.severity) else w.severity),
            plain_text(say(str(w.category or "incident")), 32),
            links.place(view, w.slot),
            html.Time(**data(age=w.opened.astype(object).replace(tzinfo=UTC).isoformat())),
            say("help is there") if w.reached else say("help is not there"),
        )
        for w in found
    ]
    head = (say("Severity"), say("Category"), say("Place"), say("age"), say("Help"))
    return html.Div([note(view, unit=say("open incidents"), period=""), table(say("Severest and oldest"), head, rows)])


PAGE = Page(
    key="public_order",
    title="Public order",
    order=40,
    kind="domain",
    panels=(
        Panel("now", "Now", partial(band, "public_order", HEADLINES), beside=partial(summary.line, "public_order")),
        Panel("severity", "Open by severity and age", severity, "component", wide=True),
        Panel("waiting", "Severest and oldest", waiting, "component", wide=True),
        Panel("hot", "Hot hours", hot, "component", wide=True),
        Panel("response", "Time to arrive", response, "component"),
        Panel("places", "Where it happens", places, "component"),
    ),
)
