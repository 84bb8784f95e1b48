"""What a page is: a value made of panels, each a pure function of the view. No page knows an application."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dash.development.base_component import Component

from city.places import UNLOCATED
from city.snapshot import Snapshot
from dashboards.kit.element import Element
from dashboards.kit.language import Language
from dashboards.kit.shelf import Shelf

Figure = dict[str, Any]
"""A Plotly figure as plain data: {"data": [...], "layout": {...}}."""
Drawn = Component | list[Component] | Element | Figure


@dataclass(frozen=True)
class View:
    """What a panel is given: a picture of the city, the place it is about, the language it is told in.

    `slot` is the place's (city.places), the city's own on pages of the whole city. `choice` are the words of the
    URL that pages may read, such as the indicator that colours a map. `shelf` is the archive of reports, None until
    it was read.
    """

    snapshot: Snapshot
    slot: int
    language: Language
    choice: Mapping[str, str] = field(default_factory=dict)
    shelf: Shelf | None = None

    @property
    def place(self) -> str | None:
        return self.snapshot.places.code(self.slot)

    @property
    def spelt(self) -> Any:
        """The attribute of an element that holds a name of the city's, which is read in the city's own language."""
        return {"lang": self.own} if self.own else {}

    @property
    def own(self) -> str:
        """The city's own language where it is not the page's, else nothing."""
        own = self.snapshot.city.locale
        return "" if own == self.language.code else own

    def name(self, slot: int) -> str:
        """A slot's name for people."""
        code = self.snapshot.places.code(slot)
        if code is None:
            return self.snapshot.city.title(self.language.code)
        place = self.snapshot.places.get(code)
        return self.language("Without a place") if place is None or code == UNLOCATED else place.name


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of a page. `draw` must not touch the world.

    "tiles" panels are drawn when the page opens, and their tiles then follow by themselves; "component" and
    "figure" panels are drawn again for each snapshot, at most twice a second, and sent when they changed. `beside`
    is what stands with a figure, such as its legend, or beside the title of tiles, such as their summary, and follows
    likewise; `controls` are drawn with the page.
    Panels at the "side" stand in a column of their own, `wide` ones take two; `href` is where the title leads.
    """

    key: str
    title: str
    draw: Callable[[View], Drawn]
    kind: Literal["tiles", "component", "figure"] = "tiles"
    beside: Callable[[View], Component] | None = None
    controls: Callable[[View], list[Component]] | None = None
    area: Literal["side", "main"] = "main"
    wide: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's ids and path derive from its key; "{place}" in a path takes the code of a place."""

    key: str
    title: str
    panels: tuple[Panel, ...]
    path: str = ""
    order: int = 50
    listed: bool = True
    kind: Literal["whole", "domain"] = "whole"

    @property
    def route(self) -> str:
        return self.path or f"/{self.key.replace('_', '-')}"

    def id(self, panel: Panel) -> str:
        return f"{self.key}__{panel.key}"
