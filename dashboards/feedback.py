"""Citizens' feedback: is the promise kept, what waits, who holds it, what grows."""

from functools import partial

from dash import html
from dash.development.base_component import Component

from city.tickets import decided
from dashboards.kit import backlog
from dashboards.kit.attention import href
from dashboards.kit.charts import Bar, bars, note, nothing, pairs, share, table
from dashboards.kit.contract import Page, Panel, View
from dashboards.kit.tiles import band
from dashboards.kit.words import plain_text

HEADLINES = (
    *("feedback_open", "feedback_overdue", "feedback_age_p90", "feedback_on_time_rate_30d"),
    *("feedback_on_time_extended_rate_30d", "feedback_net_flow_7d"),
)
ROWS, DAYS = 10, 12


def clock(view: View) -> Component:
    """Both clocks side by side: a deadline that was put off is not a promise kept."""
    say, rows, lost = view.language, [], view.language("late")
    for word, deadline in (("By the original deadline", "deadline"), ("By the extended deadline", "deadline_extended")):
        d = decided(view.snapshot.scene, deadline)
        good, all_ = int(d.on_time.sum()), len(d.rows)
        rate = good / all_ if all_ else 0.0
        shown = f"{say.number(100 * rate, 1)} %" if all_ else "–"
        rows.append(Bar(say(word), rate, shown, (say.number(good), say.number(all_ - good))))
    if not view.snapshot.scene.had("feedback"):
        return nothing(view)
    head = (say("Deadline"), say("on time"), say("on time, tickets"), lost)
    told = note(view, unit=say("tickets decided"), period=say("30 days"))
    return html.Div([told, bars(say("Kept promises"), head, rows)])


def ages(view: View) -> Component:
    say, found = view.language, backlog.ages(view.snapshot.scene)
    longest = max((n for n, _ in found), default=0)
    if not longest:
        return nothing(view)
    rows = []
    for (low, high), (n, late) in zip(backlog.BUCKETS, found, strict=True):
        name = say("{low}–{high} days", low=low, high=high) if high is not None else say("{low} days and more", low=low)
        rows.append(Bar(name, share(n, longest), say.number(n), (say.number(late),)))
    head = (say("Age"), say("open"), say("overdue"))
    return html.Div([note(view, unit=say("open tickets"), period=""), bars(say("Age of what is open"), head, rows)])


def flow(view: View) -> Component:
    """Day by day; the present day is not over yet."""
    say, found = view.language, backlog.flow(view.snapshot.scene, view.language.zone, DAYS)
    longest = max(max(a, b) for _, a, b in found)
    if not longest:
        return nothing(view)
    rows = [
        (say.date(d.to_pydatetime()), share(a, longest), say.number(a), share(b, longest), say.number(b))
        for d, a, b in found
    ]
    told = note(view, unit=say("tickets a day"), period=say("{n} days", n=DAYS))
    return html.Div([told, pairs(say("What comes in and goes out"), (say("Day"), say("in"), say("out")), rows)])


def holders(view: View) -> Component:
    """Agencies by what they hold."""
    held = backlog.by_word(view.snapshot.scene, "agency")
    return _held(view, held, [h.name or view.language("Nobody yet") for h in held], view.language("Agency"))


def places(view: View) -> Component:
    held = backlog.by_place(view.snapshot.scene)
    links = [href(view, view.snapshot.places.code(h.slot) or "") for h in held]
    return _held(view, held, [view.name(h.slot) for h in held], view.language("Place"), links)


def _held(
    view: View, held: list[backlog.Held], names: list[str], what: str, links: list[str] | None = None
) -> Component:
    if not held:
        return nothing(view)
    say, longest = view.language, held[0].open
    to = links or [""] * len(held)
    rows = [
        Bar(n, share(h.open, longest), say.number(h.open), (say.number(h.overdue),), href=u)
        for h, n, u in list(zip(held, names, to, strict=True))[:ROWS]
    ]
    some = say("the {n} with most of {m}", n=len(rows), m=len(held))
    return html.Div([note(view, unit=some, period=""), bars(what, (what, say("open"), say("overdue")), rows)])


def rising(view: View) -> Component:
    say, found = view.language, backlog.rising(view.snapshot.scene)[:ROWS]
    if not found:
        return nothing(view)
    longest = max(n for _, n, _ in found)
    rows = [Bar(w, share(n, longest), say.number(n), (say.number(b), f"{n - b:+d}")) for w, n, b in found]
    head = (say("Category"), say("7 days"), say("7 days before"), say("change"))
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
            plain_text(view.name(t.slot), 40),
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
        Panel("now", "Now", partial(band, "feedback", HEADLINES)),
        Panel("clock", "Kept promises", clock, "component"),
        Panel("ages", "Age of what is open", ages, "component"),
        Panel("holders", "Who holds it", holders, "component"),
        Panel("places", "Where it is open", places, "component"),
        Panel("flow", "What comes in and goes out", flow, "component"),
        Panel("rising", "Categories that grow", rising, "component"),
        Panel("oldest", "Oldest tickets", oldest, "component", wide=True),
    ),
)
