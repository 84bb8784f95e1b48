"""Tiles of a domain: its headlines large, with a trend line, and everything else it knows small beside them."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from city.indicators import registry
from dashboards.kit.contract import View
from dashboards.kit.tile import tile


def of_domain(domain: str) -> list[str]:
    """Codes of a domain's indicators, in the order of the registry."""
    return [code for code, i in registry().items() if i.domain == domain]


def leading(codes: Sequence[str], view: View) -> list[Component]:
    """A domain's leading numbers, in one row; the rest is on the domain's own page."""
    known = registry()
    return [html.Div([tile(known[c], view) for c in codes if c in known], className="tiles row")]


def band(domain: str, headlines: Sequence[str], view: View) -> list[Component]:
    """Indicators the registry does not know are left out, so a page may name more than a city has."""
    known = registry()
    large = [code for code in headlines if code in known]
    small = [code for code in of_domain(domain) if code not in large]
    out: list[Component] = []
    if large:
        wide = {"--n": str(len(large))}
        out.append(html.Div([tile(known[c], view) for c in large], className="tiles", style=wide))
    if small:
        few = " few" if len(small) <= len(large) else ""
        tiles = [tile(known[c], view, size="small") for c in small]
        out.append(html.Div(tiles, className=f"tiles small-tiles{few}", style={"--n": str(len(large))}))
    return out
