"""The first page is drawn twice, by us as HTML and by Dash: both must say the same."""

import re
from html.parser import HTMLParser

import dash_bootstrap_components as dbc
import httpx
import pytest
from dash import dcc, html

from dashboards.kit import opening
from dashboards.kit.discover import discover
from dashboards.kit.markup import VOID, markup
from tests.dashboards import scenes
from tests.dashboards.serving import Running


@pytest.mark.parametrize(
    ("component", "text"),
    [
        (html.P("a < b & <i>c</i>"), "<p>a &lt; b &amp; &lt;i&gt;c&lt;/i&gt;</p>"),
        (html.Div([1.5, None, ["x", html.Br()]], className="k", **{"data-x": '"><b>'}), None),
        (dcc.Link("go", href="/a?b=1&c=2", className="here"), '<a href="/a?b=1&amp;c=2" class="here">go</a>'),
        (dcc.Graph(figure={"data": []}, className="graph"), '<div class="graph"></div>'),
        (dbc.Nav([dbc.NavLink("x", href="/", active=True)]), None),
        (html.Nav("x"), "<nav>x</nav>"),
        (html.Option("x", selected=True, disabled=False), "<option selected>x</option>"),
        (html.I(style={"--v": "0.5"}), '<i style="--v:0.5"></i>'),
    ],
)
def test_a_component_becomes_html(component: html.Div, text: str | None) -> None:
    made = markup(component)
    assert text is None or made == text
    assert "<i>c" not in made and "<b>" not in made


def test_what_is_no_html_element_looks_as_dash_draws_it() -> None:
    made = markup(dbc.Nav([dbc.NavLink("x", href="/", active=True)]))
    assert made == '<div class="nav"><a href="/" class="nav-link active">x</a></div>'


class Balanced(HTMLParser):
    """Every element that opens closes, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen += 1
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("page", discover().values(), ids=discover())
def test_the_first_answer_holds_the_whole_page_and_its_numbers(page, running: Running, monkeypatch) -> None:
    monkeypatch.setattr(opening, "FIRST_S", 60.0)  # however busy the machine is
    address = page.route.replace("{place}", "19753") + "?lang=pt"
    text = httpx.get(running.url + address, cookies={"look": "light-1"}).text
    assert '<html lang="pt" data-bs-theme="light"' in text
    body = re.search(r'<div id="first">(.*)</div><div id="react-entry-point">', text, re.S)
    assert body
    read = Balanced()
    read.feed(body[1])
    assert read.seen > 50 and read.open == []
    assert "data-frame" in body[1] and 'id="city-state"' in body[1]
    assert "<b onmouseover" not in text and scenes.RUBBISH not in text


def test_a_past_moment_and_a_wrong_address_do_not_wait_for_the_first_answer(running: Running) -> None:
    for address in ("/?at=2025-10-20T20:00", "/?lang=xx", "/place/nowhere"):
        text = httpx.get(running.url + address).text
        assert 'id="first"' not in text and 'class="opening"' in text


def test_what_is_large_is_sent_compressed(running: Running) -> None:
    with httpx.stream("GET", running.url + "/", headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    whole = httpx.get(running.url + "/", headers={"Accept-Encoding": "identity"}).content
    assert answer.headers["content-encoding"] == "gzip" and len(raw) < len(whole) / 5
