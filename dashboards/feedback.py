"""Citizens' feedback: is the promise kept, what waits, who holds it, what grows."""

from functools import partial

from dash import html
from dash.development.base_component import Component

from dashboards.kit import backlog, links, summary
from dashboards.kit.attention import href
from dashboards.kit.backlog import Held, Kept
from dashboards.kit.charts import Bar, Pair, bars, note, nothing, pairs, share, table
from dashboards.kit.contract import Page, Panel, View
from dashboards.kit.record_words import age_names
from dashboards.kit.records import NOBODY
from dashboards.kit.tiles import band
from dashboards.kit.words import plain_text

HEADLINES = (
    *("feedback_open", "feedback_overdue", "feedback_age_p90", "feedback_on_time_rate_30d"),
    *("feedback_on_time_extended_rate_30d", "feedback_net_flow_7d"),
)
ROWS, DAYS = 9, 9
OPEN = ("feedback_open", "feedback_overdue")
DEADLINES = ("deadline", "deadline_extended")
RATES = ("feedback_on_time_rate_30d", "feedback_on_time_extended_rate_30d")
FLOW = ("tickets_received", "tickets_closed")
WEEKS = ("feedback_received_7d", "tickets_received_week_before")


def clock(view: View) -> Component:
    """Both clocks side by side: a deadline that was put off is not a promise kept."""
    say, scene = view.language, view.snapshot.scene
    if not scene.had("feedback"):
        return nothing(view)
    one, two = (backlog.kept(scene, d, "channel") for d in DEADLINES)
    known = sorted((c for c in one if one[c].all or two[c].all), key=lambda c: -one[c].all)
    rows = [_promise(view, say("All"), {}, *(backlog.kept(scene, d)[""] for d in DEADLINES))]
    rows += [_promise(view, str(c or say("unknown")), {"channel": str(c or NOBODY)}, one[c], two[c]) for c in known]
    head = (
        say("Channel"),
        say("by the original deadline, %"),
        say("by the extended deadline, %"),
        say("late"),
        say("decided"),
    )
    told = note(view, unit=say("% of tickets decided"), period=say("30 days"))
    return html.Div([told, pairs(say("Kept promises"), head, rows)])


def _promise(view: View, name: str, words: dict[str, str], one: Kept, two: Kept) -> Pair:
    def shown(k: Kept, code: str) -> Component:
        return links.rows(view, view.language.number(k.rate, 1), code, **words)

    late = links.rows(view, view.language.number(one.all - one.good), RATES[0], hit="no", **words)
    a, b = ((k.rate or 0.0) / 100 for k in (one, two))
    return Pair(name, (a, shown(one, RATES[0])), (b, shown(two, RATES[1])), (late, view.language.number(one.all)))


def ages(view: View) -> Component:
    say, found = view.language, backlog.ages(view.snapshot.scene)
    longest = max((n for n, _ in found), default=0)
    if not longest:
        return nothing(view)
    rows = []
    for i, (name, (n, late)) in enumerate(zip(age_names(view), found, strict=True)):
        shown, overdue = _open(view, (n, late), age=str(i))
        rows.append(Bar(name, share(n, longest), shown, (overdue,)))
    head = (say("Age"), say("open"), say("overdue"))
    return html.Div([note(view, unit=say("open tickets"), period=""), bars(say("Age of what is open"), head, rows)])


def _open(view: View, counts: tuple[int, int], **words: str) -> list[Component]:
    """Open and overdue, each leading to its tickets."""
    return [links.rows(view, view.language.number(n), c, **words) for n, c in zip(counts, OPEN, strict=True)]


def flow(view: View) -> Component:
    """Day by day; the present day is not over yet."""
    say, found = view.language, backlog.flow(view.snapshot.scene, view.language.zone, DAYS)
    longest = max(max(a, b) for _, a, b in found)
    if not longest:
        return nothing(view)
    rows = []
    for d, a, b in found:
        day = d.date().isoformat()
        one, two = (links.rows(view, say.number(n), c, day=day) for n, c in ((a, FLOW[0]), (b, FLOW[1])))
        net = html.Span(f"{a - b:+d}", className="net")
        rows.append(
            Pair(say.date(d.to_pydatetime(), "MMMEd"), (share(a, longest), one), (share(b, longest), two), (net,))
        )
    told = note(view, unit=say("tickets a day"), period=say("{n} days", n=DAYS))
    head = (say("Day"), say("in"), say("out"), say("net"))
    return html.Div([told, pairs(say("What comes in and goes out"), head, rows)])


def holders(view: View) -> Component:
    """Agencies by what they hold, and how they keep their promises."""
    held = backlog.by_word(view.snapshot.scene, "agency")
    promise = backlog.kept(view.snapshot.scene, "deadline", "agency")
    rows = [(h, h.name or view.language("Nobody yet"), "", {"agency": h.name or NOBODY}, promise[h.name]) for h in held]
    return _held(view, view.language("Agency"), rows)


def places(view: View) -> Component:
    held, codes = backlog.by_place(view.snapshot.scene), view.snapshot.places
    promise = backlog.kept(view.snapshot.scene, "deadline", "place")
    rows = [
        (h, view.name(h.slot), href(view, code), {"place": code}, promise[h.slot])
        for h in held
        for code in (codes.code(h.slot) or "",)
    ]
    return _held(view, view.language("Place"), rows)


def _held(view: View, what: str, found: list[tuple[Held, str, str, dict[str, str], Kept]]) -> Component:
    """Open, overdue, and kept promises with the number they are of."""
    if not found:
        return nothing(view)
    say, longest = view.language, found[0][0].open
    rows = []
    for h, name, to, words, k in found[:ROWS]:
        shown, late = _open(view, (h.open, h.overdue), **words)
        rate = links.rows(view, say.number(k.rate), RATES[0], **words)
        rows.append(Bar(name, share(h.open, longest), shown, (late, rate, say.number(k.all)), href=to))
    some = say("the {n} with most of {m}", n=len(rows), m=len(found))
    head = (what, say("open"), say("overdue"), say("on time, %"), say("of 30 days"))
    return html.Div([note(view, unit=some, period=""), bars(what, head, rows)])


def rising(view: View) -> Component:
    say, found = view.language, backlog.rising(view.snapshot.scene)[:ROWS]
    if not found:
        return nothing(view)
    longest = max(n for _, n, _ in found)
    promise = backlog.kept(view.snapshot.scene, "deadline", "category")
    rows = []
    for w, n, b in found:
        now, before = (links.rows(view, say.number(x), c, category=w) for x, c in zip((n, b), WEEKS, strict=True))
        rate = links.rows(view, say.number(promise[w].rate), RATES[0], category=w)
        rows.append(Bar(w, share(n, longest), now, (before, f"{n - b:+d}", rate)))
    head = (say("Category"), say("7 days"), say("7 days before"), say("change"), say("on time, %"))
    told = note(view, unit=say("tickets received"), period=say("7 days"))
    return html.Div([told, bars(say("Categories that grow"), head, rows)])


def oldest(view: View) -> Component:
    say, none = view.language, "–"
    found = backlog.oldest(view.snapshot.scene, ROWS)
    if not found:
        return nothing(view)
    rows = [
        (
            plain_text(t.number, 24),
            say.number(t.days, 1),
            plain_text(t.agency or none, 48),
            links.place(view, t.slot),
            plain_text(t.category or none, 40),
        )
        for t in found
    ]
    head = (say("Number"), say("days"), say("Agency"), say("Place"), say("Category"))
    return html.Div([note(view, unit=say("open tickets"), period=""), table(say("Oldest tickets"), head, rows)])


PAGE = Page(
    key="feedback",
    title="Citizen feedback",
    order=50,
    kind="domain",
    panels=(
        Panel("now", "Now", partial(band, "feedback", HEADLINES), beside=partial(summary.line, "feedback")),
        Panel("clock", "Kept promises", clock, "component"),
        Panel("ages", "Age of what is open", ages, "component"),
        Panel("holders", "Who holds it", holders, "component"),
        Panel("places", "Where it is open", places, "component"),
        Panel("flow", "What comes in and goes out", flow, "component"),
        Panel("rising", "Categories that grow", rising, "component"),
        Panel("oldest", "Oldest tickets", oldest, "component", wide=True),
    ),
)
