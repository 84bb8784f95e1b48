"""A list of rows as people read it: what it counts, the rows of one page, the way to the next."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
from dash import html
from dash.development.base_component import Component

from city.batch import TIMES
from city.indicators import registry
from city.marks import PROMISES
from dashboards.kit import records
from dashboards.kit.address import FILTERS, link
from dashboards.kit.charts import table
from dashboards.kit.contract import View
from dashboards.kit.language import DOMAIN_WORDS
from dashboards.kit.links import inside, place, to_meaning, to_rows
from dashboards.kit.marks import aria, data
from dashboards.kit.record_words import word
from dashboards.kit.records import OWN, PER_PAGE, Found
from dashboards.kit.words import plain_text

COLUMNS: dict[str, tuple[tuple[str, str], ...]] = {
    "feedback": (
        *(("feedback_id", "Number"), ("category", "Category"), ("agency", "Agency"), ("place", "Place")),
        *(("channel", "Channel"), ("received_at", "received"), ("due_at", "deadline"), ("extended_to", "extended to")),
        *(("first_response_at", "first answer"), ("closed_at", "closed"), ("rating", "rating")),
    ),
    "event": (
        *(("event_id", "Number"), ("category", "Category"), ("severity", "Severity"), ("place", "Place")),
        *(("opened_at", "opened"), ("acknowledged_at", "acknowledged"), ("arrived_at", "help arrived")),
        ("closed_at", "closed"),
    ),
    "administrative_case": (
        *(("case_id", "Number"), ("field", "Field"), ("agency", "Agency"), ("channel", "Channel"), ("place", "Place")),
        *(("submitted_at", "submitted"), ("due_at", "deadline"), ("completed_at", "completed"), ("rating", "rating")),
    ),
}
"""What is shown of a row: never a summary, never coordinates."""
NUMBERED = frozenset({"severity", "rating"})
COUNTED: dict[str, tuple[str, str]] = {
    "feedback": ("{n} ticket", "{n} tickets"),
    "event": ("{n} incident", "{n} incidents"),
    "administrative_case": ("{n} case", "{n} cases"),
}


def cell(view: View, found: Found, i: int, column: str) -> Any:
    """A row's value as it was known to have happened by the moment; None for what is not there."""
    rows, at = view.snapshot.tables[found.table], view.snapshot.scene.at
    if column == "place":
        return view.name(int(rows["slot"][i]))
    value = rows[column][i]
    if column in TIMES:
        known = not np.isnat(value) and (column in PROMISES or value <= at)
        return value.astype(datetime).replace(tzinfo=UTC) if known else None
    if column in NUMBERED:
        return None if np.isnan(value) else int(value)
    return value


def page_of(view: View, found: Found) -> int:
    asked = view.choice.get("page", "")
    return min(found.pages, max(1, int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1))


def draw(view: View) -> Component:
    say, found = view.language, records.find(view)
    if found is None:
        return _choice(view)
    n = page_of(view, found)
    columns = COLUMNS[found.table]
    rows = [[_shown(view, found, int(i), c) for c, _ in columns] for i in found.page(n)]
    return html.Div(
        [
            _heading(view, found),
            table(_title(view, found), [say(h) for _, h in columns], rows),
            *_pager(view, found, n),
        ],
        className="records",
    )


def _choice(view: View) -> Component:
    """What the page is for, and every number it can show the rows of."""
    say, asked = view.language, view.choice.get("indicator")
    words = say("Each number of tickets, incidents or cases leads to a list of the very rows it counts. Choose one:")
    wrong = [html.P(say("No list of rows has this address"), className="calm")] if asked else []
    listed = [
        html.Section(
            [
                html.H3(say(DOMAIN_WORDS[domain])),
                html.Ul([html.Li(inside(say.title(i), to_rows(view, i.code, place=None))) for i in found]),
            ]
        )
        for domain in DOMAIN_WORDS
        if (found := [i for i in registry().values() if i.domain == domain and i.made_of])
    ]
    return html.Div([*wrong, html.P(words), html.Div(listed, className="choice")], className="records")


def _title(view: View, found: Found) -> str:
    known = registry().get(found.code)
    return view.language.title(known) if known else view.language(found.title)


def _heading(view: View, found: Found) -> Component:
    """How many rows there are, of what, and where they can be had as a file."""
    say, known = view.language, registry().get(found.code)
    one, many = COUNTED[found.table]
    title = _title(view, found)
    slot = view.snapshot.places.slot(view.choice.get("place"))
    words = [view.name(view.snapshot.places.city if slot is None else slot), *_narrowed(view, found)]
    asked = {k: v for k, v in view.choice.items() if k in ("indicator", "place", "at", "known", "lang", *FILTERS)}
    return html.Div(
        [
            html.P(
                [html.Strong(say.counted(one, many, len(found.rows))), " · ", plain_text(" · ".join(words), 200)],
                **data(records=len(found.rows)),
            ),
            html.P(
                [
                    inside(title, to_meaning(view, known)) if known else title,
                    f" · {say.moment(view.snapshot.at)}",
                    " · ",
                    html.A(say("Download as CSV"), href=link("/records.csv", asked), download="records.csv"),
                ],
                className="chart-note",
            ),
        ],
        className="records-head",
    )


def _narrowed(view: View, found: Found) -> list[str]:
    """The filters in words."""
    return [word(view, found, name, view.choice[name]) for name in FILTERS if view.choice.get(name)]


def _shown(view: View, found: Found, i: int, column: str) -> str | Component:
    value = cell(view, found, i, column)
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return view.language.minute(value)
    if column == "place":
        return place(view, int(view.snapshot.tables[found.table]["slot"][i]))
    words = view.language(str(value)) if found.table == "event" and column == "category" else str(value)
    return plain_text(words, 60 if column != OWN[found.table] else 40)


def _pager(view: View, found: Found, n: int) -> list[Component]:
    if found.pages < 2:
        return []
    say, kept = view.language, {k: v for k, v in view.choice.items() if k not in ("theme", "size")}

    def to(page: int, words: str) -> Component:
        return inside(words, link("/records", kept, page=str(page)))

    first = PER_PAGE * (n - 1)
    where = say(
        "{a}–{b} of {n}",
        a=say.number(first + 1),
        b=say.number(min(first + PER_PAGE, len(found.rows))),
        n=say.number(len(found.rows)),
    )
    parts = [*([to(n - 1, say("previous"))] if n > 1 else []), html.Span(where)]
    parts += [to(n + 1, say("next"))] if n < found.pages else []
    return [html.Nav(parts, className="pager", **aria(label=say("Pages of the list")))]
