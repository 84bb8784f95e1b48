"""The feeds: which live, what came in and what was refused, how good it is, and what is unknown when one dies."""

from functools import partial

from dash import html
from dash.development.base_component import Component

from dashboards.kit import feed_table, supply
from dashboards.kit.charts import Cell, note, nothing, table
from dashboards.kit.contract import Page, Panel, View
from dashboards.kit.feed_table import age
from dashboards.kit.reasons import reason
from dashboards.kit.supply import Line
from dashboards.kit.tiles import band
from dashboards.kit.words import plain_text

HEADLINES = tuple(supply.CRITERIA)
CRITERION = {
    "data_correct": "correct",
    "data_sufficient": "sufficient",
    "data_clean": "clean",
    "data_live": "live",
    "data_unified": "unified",
    "data_shared": "shared",
}
MOST_REFUSED = 30


def criteria(view: View) -> Component:
    """Each criterion for each source: per cent, and of how many rows, readings, sensors or feeds."""
    say, scene = view.language, view.snapshot.scene
    found = {code: of(scene).sums() for code, of in supply.CRITERIA.items()}
    known = [line for line in supply.lines(scene) if any(line.source in sums for sums in found.values())]
    if not known:
        return nothing(view)
    head = (say("Source"), *(say(CRITERION[c]) for c in found))
    rows = [[_name(line), *(_share(view, found[c].get(line.source)) for c in found)] for line in known]
    told = note(view, unit=say("% · part of whole"), period=say("24 h"))
    return html.Div([told, table(say("Six criteria by source"), head, rows)])


def _share(view: View, sums: tuple[float, float] | None) -> Cell:
    if sums is None:
        return "–"
    say, (part, whole) = view.language, sums
    of = say("{n} of {m}", n=say.number(part), m=say.number(whole))
    return html.Span([say.number(100 * part / whole, 1), html.Small([" · ", of])])


def _name(line: Line) -> str:
    return plain_text((line.feed["title"] if line.feed else "") or line.source, 40)


def refused(view: View) -> Component:
    say, found = view.language, supply.refused(view.snapshot.scene, MOST_REFUSED)
    if not found:
        return html.P(say("No row was refused"), className="chart-none")
    names = {line.source: _name(line) for line in supply.lines(view.snapshot.scene)}
    rows = [
        [
            html.Span(reason(r.reason, say), title=plain_text(r.reason, 300)),
            names.get(r.source, plain_text(r.source, 40)),
            say.number(r.rows),
            age(r.last_at),
            html.Code(plain_text(r.sample, 200), title=plain_text(r.sample, 300)),
        ]
        for r in found
    ]
    head = (say("Reason"), say("Source"), say("rows kept"), say("last"), say("the newest, without people's words"))
    return html.Div([table(say("Refused rows"), head, rows)])


PAGE = Page(
    key="sources",
    title="Sources",
    order=80,
    kind="domain",
    panels=(
        Panel("now", "The six criteria", partial(band, "data", HEADLINES)),
        Panel("feeds", "Sources", feed_table.feeds, "component", wide=True),
        Panel("criteria", "Six criteria by source", criteria, "component", wide=True),
        Panel("refused", "Refused rows", refused, "component", wide=True),
    ),
)
