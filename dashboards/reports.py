"""The archive of weekly reports: what is there, what is owed and why, and the files themselves."""

from datetime import timedelta

from dash import html
from dash.development.base_component import Component

from dashboards.kit.charts import table
from dashboards.kit.contract import Page, Panel, View
from dashboards.kit.language import LOCALES
from dashboards.kit.marks import data
from dashboards.kit.shelf import Book, Owed, Shelf
from dashboards.kit.words import plain_text

STATES = {
    "waiting": "waiting",
    "running": "being made",
    "failed": "failed, retrying",
    "skipped": "nothing to report",
}
LEVELS = {"waiting": "ok", "running": "ok", "failed": "warning", "skipped": "unknown"}
HEAD = ("Week", "Scope", "Language", "pages", "Size", "Made", "Signed by", "Mails", "SHA-256")
SHOWN = 12
"""Letters of a hash that are shown; the whole is in the title and in the file's ETag."""
LONGEST = 200


def _shelf(view: View) -> Shelf | None:
    """What was there by the moment that is looked at."""
    if view.shelf is None:
        return None
    at, now = view.snapshot.at, not view.choice.get("at")
    books = tuple(b for b in view.shelf.books if now or b.made_at <= at)
    return Shelf(books, view.shelf.owed if now else (), view.shelf.next_at if now else None)


def due(view: View) -> Component:
    """What is owed, failures first in the eye; when the next is due."""
    say, shelf = view.language, _shelf(view)
    if shelf is None:
        return html.P(say("The archive is not read yet"), className="chart-none")
    told = say("Next report: {time}", time=say.minute(shelf.next_at)) if shelf.next_at else say("No report is planned")
    if not shelf.owed:
        return html.Div([html.P(told), html.P(say("No report is owed"), className="calm")])
    head = (say("Week"), say("Scope"), say("State"), say("Tries"), say("Next try"), say("Reason"))
    rows = [_owed(view, o) for o in shelf.owed]
    return html.Div([html.P(told), table(say("Reports that are owed"), head, rows)])


def _owed(view: View, owed: Owed) -> list[Component | str]:
    say = view.language
    state = html.Span(
        [html.I(className="level-icon"), say(STATES[owed.state])],
        className="attention-level",
        **data(level=LEVELS[owed.state], report=owed.period, state=owed.state),
    )
    again = say.minute(owed.next_at) if owed.state == "failed" and owed.next_at else "–"
    why = plain_text(owed.why, LONGEST) if owed.why else "–"
    return [
        owed.period,
        f"{_place(view, owed.place)} · {LOCALES[owed.locale]}",
        state,
        say.number(owed.attempts),
        again,
        why,
    ]


def archive(view: View) -> Component:
    say, shelf = view.language, _shelf(view)
    if shelf is None or not shelf.books:
        return html.P(say("There is no report yet"), className="chart-none")
    return table(say("Weekly reports"), [say(h) for h in HEAD], [_book(view, b) for b in shelf.books])


def _book(view: View, book: Book) -> list[Component | str]:
    say = view.language
    days = say.days(book.starts_at, book.ends_at - timedelta(seconds=1))
    name = f"{book.period} · {_place(view, book.place)} · {LOCALES[book.locale]}"
    file = html.A(
        [html.B(book.period), " PDF"],
        href=f"/reports/{book.report_id}.pdf",
        title=f"PDF: {name}",
        download="",
        className="to-rows",
    )
    return [
        html.Span([file, " ", html.Span(days, className="facts")]),
        _place(view, book.place),
        LOCALES[book.locale],
        say.number(book.pages),
        f"{say.number(book.size / 1000)} kB",
        say.minute(book.made_at),
        plain_text(book.signed_by, 60) if book.signed_by else "–",
        _mails(view, book),
        html.Code(book.sha256[:SHOWN], title=book.sha256),
    ]


def _mails(view: View, book: Book) -> Component | str:
    if not book.recipients:
        return "–"
    say = view.language
    told = say("{n} of {m}", n=say.number(book.mails), m=say.number(book.recipients))
    return html.Span(told, title=plain_text(book.unsent, LONGEST) if book.unsent else told)


def _place(view: View, place: str | None) -> str:
    slot = view.snapshot.places.slot(place)
    return plain_text(view.name(slot) if slot is not None else str(place), 60)


PAGE = Page(
    key="reports",
    title="Reports",
    order=90,
    kind="domain",
    panels=(
        Panel("due", "Owed and next", due, "component", wide=True),
        Panel("archive", "Archive", archive, "component", wide=True),
    ),
)
