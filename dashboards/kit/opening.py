"""What a URL shows: as components for Dash, and as HTML for the first paint, ahead of every script of Dash's."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlsplit

from dash.development.base_component import Component

from dashboards.kit import shell
from dashboards.kit.address import Address, AddressError, read
from dashboards.kit.contract import Page
from dashboards.kit.hub import Hub
from dashboards.kit.language import Language
from dashboards.kit.live import opened, stamped
from dashboards.kit.markup import markup
from dashboards.kit.painter import Painter
from dashboards.kit.past import PastError
from dashboards.kit.sheet import whole

FIRST_S = 2.0
"""So long an answer may wait for its page to be drawn; then the browser gets on with its scripts."""


@dataclass(frozen=True, slots=True)
class First:
    """The first page a browser gets: its body, empty where Dash has to draw it all, and what its head says."""

    body: str = ""
    lang: str = ""
    title: str = ""


class Opening:
    """Pages as they are opened; `look` is the browser's cookie, `theme-size`."""

    def __init__(self, hub: Hub, painter: Painter, pages: Mapping[str, Page]) -> None:
        self.hub, self.painter, self.pages = hub, painter, pages

    def address(self, href: str) -> Address:
        """Raises AddressError."""
        return read(href, self.pages, self.hub.file.zone, self.hub.file.locale)

    def spoken(self, href: object) -> Language:
        """The language an address asks for, whatever else is wrong with it; else the city's."""
        asked = parse_qs(urlsplit(href).query).get("lang", [""])[-1] if isinstance(href, str) else ""
        return self.painter.languages.get(asked) or self.painter.languages[self.hub.file.locale]

    async def page(self, address: Address, look: str) -> list[Component]:
        """The whole page with its first frame. Raises KeyError for a place that is not, PastError."""
        channel = await opened(address, self.hub, self.painter)
        sheet = channel.sheet
        snapshot = channel.fixed or self.hub.state.snapshot
        theme, _, size = look.partition("-")
        view = self.painter.view(replace(address, words={**address.words, "theme": theme, "size": size}), snapshot)
        frame = stamped(whole(sheet, inline=True), self.hub, channel.fixed) if sheet else "{}"
        return shell.page(channel.page, view, address, self.pages, frame)

    async def first(self, href: str, look: str) -> First:
        """The present, ready to be read. What takes its time (the past) or goes wrong is left to Dash's own page."""
        try:
            address = self.address(href)
            if address.at:
                return First(lang=address.lang)
            async with asyncio.timeout(FIRST_S):
                drawn = await self.page(address, look)
        except (AddressError, KeyError, PastError, TimeoutError):
            return First()
        main = next(p for p in drawn if getattr(p, "id", "") == "main")
        return First(markup(drawn), address.lang, getattr(main, "data-title"))
