"""What a person is told where there is no page to see: in a page's place, or as a document of its own.

The documents carry their style with them: who is refused under this name would be refused the stylesheet, too.
"""

from collections.abc import Callable, Mapping
from functools import cache
from html import escape

from dash import html
from dash.development.base_component import Component
from starlette.datastructures import Headers, QueryParams
from starlette.responses import HTMLResponse
from starlette.types import Scope

from city.config import ASSETS
from dashboards.kit.address import AddressError
from dashboards.kit.language import Language
from dashboards.kit.past import NotYetError, PastError

TITLE = "This page can't be shown"
WHY = {
    "page": "No page stands at this address.",
    "at": "The moment in this address can't be read. It is written like 2025-10-27T20:00, in the city's time.",
    "known": "In an address, known is either now or then.",
    "lang": "In an address, lang is one of vi, en and pt.",
    "place": "No ward or commune has this code.",
    "later": "That moment has not come yet.",
    "past": "That moment can't be read at present. Please try again shortly.",
    "name": "This server goes by another name, so it tells nothing under this one. "
    "Whoever runs it finds it in IOC_ORIGINS.",
    "broken": "This page can't be painted at present. It tries again by itself.",
    "full": "This server shows as many screens as it can. The page tries again by itself.",
}
STATUS = {404: "page", 421: "name", 500: "broken", 503: "full"}
AGAIN = {"later", "past", "broken"}
"""What may come; the page asks for it by itself (assets/time.js)."""
HOME = "To the overview"
STYLE = """body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--ground);color:var(--text);
font:1.0625rem/1.5 system-ui,sans-serif}main{max-width:36rem;padding:1.5rem}
h1{font-size:1.75rem;line-height:1.2;margin:0}p{color:var(--soft)}a{color:var(--accent)}b{color:var(--faint);font-weight:600}"""
Refusal = Callable[[Scope, int], HTMLResponse | None]
"""A document for a status, or None for who did not ask for one."""


def why(error: Exception) -> str:
    """A key of WHY."""
    if isinstance(error, AddressError):
        about = str(error).partition(":")[0]
        return about if about in ("at", "known", "lang") else "page"
    if isinstance(error, NotYetError):
        return "later"
    if isinstance(error, PastError):
        return "past"
    return "place" if isinstance(error, KeyError) else "broken"


def component(error: Exception, say: Language) -> Component:
    """In a page's place."""
    home, because = html.A(say(HOME), href=f"/?lang={say.code}"), why(error)
    told = [html.H1(say(TITLE)), html.P(say(WHY[because])), html.P(home)]
    main = html.Main(told, id="main", className="apology")
    if because in AGAIN:
        setattr(main, "data-again", "yes")
    return main


def refusals(languages: Mapping[str, Language], own: str) -> Refusal:
    """`own` is the city's language, for who asks for none."""

    def refusal(scope: Scope, status: int) -> HTMLResponse | None:
        headers = Headers(scope=scope)
        if "text/html" not in headers.get("accept", ""):
            return None
        asked = QueryParams(scope.get("query_string", b"")).get("lang", "")
        say = languages.get(asked) or languages[own]
        theme = "light" if "look=light" in headers.get("cookie", "") else "dark"
        return HTMLResponse(document(status, say, theme), status)

    return refusal


def document(status: int, say: Language, theme: str) -> str:
    home = f'<p><a href="/?lang={say.code}">{escape(say(HOME))}</a></p>' if status != 421 else ""
    again = '<meta http-equiv="refresh" content="15">' if status in (500, 503) else ""
    title = escape(say(TITLE))
    return (
        f'<!DOCTYPE html><html lang="{say.code}" data-bs-theme="{theme}"><head><meta charset="utf-8">{again}'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
        f"<style>{_tokens()}{STYLE}</style></head><body><main><b>{status}</b><h1>{title}</h1>"
        f"<p>{escape(say(WHY[STATUS[status]]))}</p>{home}</main></body></html>\n"
    )


@cache
def _tokens() -> str:
    return (ASSETS / "tokens.css").read_text(encoding="utf-8")
