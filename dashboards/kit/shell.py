"""What every page has around its panels: name, search, clock, connection, languages, theme. Texts that tick or
depend on the connection are filled in by assets/live.js from frames and from the words given here."""

from collections.abc import Mapping

import dash_bootstrap_components as dbc
import orjson
from dash import dcc, html
from dash.development.base_component import Component

from city.places import UNLOCATED, plain
from dashboards.kit import panels, timebar, wall
from dashboards.kit.address import Address, link
from dashboards.kit.contract import Page, View
from dashboards.kit.language import LOCALES, Language
from dashboards.kit.marks import aria, data
from dashboards.kit.words import plain_text

WORDS = {
    "live": "Live",
    "reconnecting": "Reconnecting",
    "connecting": "Connecting",
    "frozen": "Frozen",
    "server": "Server unreachable since {time}; the last picture stays",
    "full": "Too many screens for this server; the last picture stays, and it tries again by itself",
    "drift": "This device's clock is wrong by {minutes} min; ages are told by the server's",
    "age": "data {age} old",
    "now": "Back to now",
    "alarms": "New alarms: {what}",
}


def layout() -> Component:
    """What stays while pages change: the address, the newest frame, the place where a page goes."""
    return html.Div(
        [
            dcc.Location(id="url", refresh=False),
            dcc.Store(id="again", data=0),
            dcc.Store(id="drawn"),
            html.Div(id="frame", hidden=True),
            html.Div(id="page"),
        ]
    )


def page(page: Page, view: View, address: Address, pages: Mapping[str, Page], frame: str) -> list[Component]:
    """A whole page; `frame` fills its tiles as soon as it stands."""
    areas = {area: [panels.section(page, p, view) for p in page.panels if p.area == area] for area in ("side", "main")}
    body = [html.Div(sections, className=f"area-{area}") for area, sections in areas.items() if sections]
    title = title_of(page, view)
    head = _header(view, address, pages)
    if address.wall:
        head = wall.header(title, view, _state(view.language))
    return [
        head,
        html.Div(id="banner", role="status"),
        html.Div(id="alarms", className="heard", role="log"),
        html.Main(
            [html.H1(title, className="page-title", **(view.spelt if view.place else {})), *body],
            id="main",
            key=f"{page.key} {view.place}",  # another page's map is another map
            className=f"page page-{page.key} {page.kind}",
            **data(title=f"{title} · {view.name(view.snapshot.places.city)}"),
        ),
        timebar.words(view.language),
        *([wall.plan(view.snapshot.city, pages, view.language)] if address.wall else []),
        html.Div(id="page-frame", hidden=True, **data(frame=frame)),
    ]


def title_of(page: Page, view: View) -> str:
    return view.name(view.slot) if view.place else view.language(page.title)


def _header(view: View, address: Address, pages: Mapping[str, Page]) -> Component:
    say = view.language
    return html.Header(
        [
            html.A(say("Skip to content"), href="#main", className="skip"),
            dcc.Link(view.name(view.snapshot.places.city), href=_there("/", address), className="brand"),
            *_crumb(view),
            *_navigation(address, pages, say),
            _search(view),
            html.Div([html.Span(id="clock"), html.Span(id="date")], className="now"),
            _state(say),
            html.Span(id="demo", className="demo"),
            _languages(address, say),
            html.Button(html.I(className="theme-icon"), id="theme", title=say("Dark or light"), type="button"),
        ],
        className="top",
    )


def _crumb(view: View) -> list[Component]:
    """Which place the page is about, and how large it is."""
    if view.place is None:
        return []
    say, place = view.language, view.snapshot.places.get(view.place)
    facts = [plain_text(place.kind)] if place and place.kind else []
    if place and place.area_km2 > 0:
        facts.append(f"{say.number(place.area_km2, 1)} km²")
    if place and place.population > 0:
        facts.append(say("{n} residents", n=say.number(place.population)))
    name = html.Span(view.name(view.slot), className="crumb", **view.spelt)
    return [html.Div([name, html.Span(" · ".join(facts), className="facts")], className="where")]


def _there(path: str, address: Address, **changed: str | None) -> str:
    kept = {k: v for k, v in address.words.items() if k in ("at", "known", "lang")}
    return link(path, kept, **changed)


def _navigation(address: Address, pages: Mapping[str, Page], say: Language) -> list[Component]:
    """Links to the listed pages, once there is more than one."""
    listed = [p for p in pages.values() if p.listed]
    if len(listed) < 2:
        return []
    links = [dbc.NavLink(say(p.title), href=_there(p.route, address), active=p.key == address.page) for p in listed]
    return [html.Nav(dbc.Nav(links), **aria(label=say("Pages")))]


def _search(view: View) -> Component:
    """Names are found with and without diacritics: the browser matches an option's label as well."""
    say = view.language
    options = [
        html.Option(value=name, label=plain(name), **data(href=f"/place/{code}"))
        for name, code in ((plain_text(p.name), p.code) for p in view.snapshot.places.all)
    ]
    without = html.Option(value=say("Without a place"), **data(href=f"/place/{UNLOCATED}"))
    field = dcc.Input(id="search", type="search", list="places", placeholder=say("Find a place"), autoComplete="off")
    return html.Div([field, html.Datalist([*options, without], id="places")], className="search")


def _state(say: Language) -> Component:
    words = orjson.dumps({k: say(v) for k, v in WORDS.items()}).decode()
    inside = [html.I(className="connection-icon"), html.Span(id="connection"), html.Span(id="data-age")]
    marks = data(connection="reconnecting", words=words, zone=say.zone.key)
    return html.Div(inside, id="city-state", className="state", **marks)


def _languages(address: Address, say: Language) -> Component:
    links = [
        dcc.Link(code.upper(), href=_there(address.path, address, lang=code), className=_mark(code, say), title=name)
        for code, name in LOCALES.items()
    ]
    return html.Nav(links, className="languages", **aria(label=say("Language")))


def _mark(code: str, say: Language) -> str:
    return "here" if code == say.code else ""
