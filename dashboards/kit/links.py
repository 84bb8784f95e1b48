"""Where a number leads: to the rows behind it, to what it means, to the page of a place. Moment and language stay."""

from dash import html
from dash.development.base_component import Component

from city.indicator import Indicator
from dashboards.kit.address import link
from dashboards.kit.contract import View
from dashboards.kit.marks import data
from dashboards.kit.words import plain_text

KEPT = ("at", "known", "lang", "speed", "play")


def there(view: View, path: str, **words: str | None) -> str:
    """A URL of ours at the same moment and in the same language."""
    return link(path, {k: v for k, v in view.choice.items() if k in KEPT}, **words)


def to_rows(view: View, code: str, **filters: str | None) -> str:
    """The list of the rows behind a number of the view's place; filters as in kit.records."""
    return there(view, "/records", **{"indicator": code, "place": view.place, **filters})


def to_meaning(view: View, indicator: Indicator) -> str:
    """What an indicator is, and how it stands in every place."""
    return there(view, "/indicators", show=indicator.code)


def inside(words: str | list[Component], href: str, name: str = "") -> Component:
    """A link within the pages, that loads nothing anew."""
    return html.A(words, href=href, className=name or None, **data(inside=""))


def place(view: View, slot: int) -> Component:
    """A place's name, which leads to its page; the city's to the overview."""
    code = view.snapshot.places.code(slot)
    name = plain_text(view.name(slot), 40)
    return inside([html.Span(name, **view.spelt)] if code else name, there(view, f"/place/{code}" if code else "/"))


def rows(view: View, words: str, code: str, **filters: str | None) -> Component:
    """A number that leads to its rows."""
    return inside(words, to_rows(view, code, **filters), "to-rows")
