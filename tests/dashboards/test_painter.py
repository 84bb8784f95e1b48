"""A page that can't be painted: it stands and says so, alone, and is live again with the next picture it can show."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from city.snapshot import Snapshot
from dashboards.kit import panels
from dashboards.kit.address import Address
from dashboards.kit.channel import Channel
from dashboards.kit.discover import discover
from dashboards.kit.hub import Hub
from dashboards.kit.language import languages
from dashboards.kit.painter import Painter
from tests.dashboards import scenes
from tests.dashboards.serving import hub

STANDS = "No new picture since"


@dataclass
class Screens:
    """Two pages that somebody looks at, and which of all pages cannot be painted."""

    fed: Hub
    painter: Painter
    bad: set[str] = field(default_factory=set)
    open: dict[str, Channel] = field(default_factory=dict)

    def look_at(self, page: str) -> None:
        self.open[page] = self.painter.open(Address(page, lang="en"))
        self.open[page].screens += 1

    def publish(self, snapshot: Snapshot) -> None:
        self.fed.publish(snapshot)
        self.painter._rested = 0.0
        self.painter._turn()

    def meta(self, page: str) -> dict[str, Any]:
        sheet = self.open[page].sheet
        assert sheet is not None
        return sheet.meta


@pytest.fixture
def screens(monkeypatch: pytest.MonkeyPatch) -> Screens:
    fed = hub()
    fed.publish(scenes.calm())
    found = Screens(fed, Painter(fed, discover(), languages(scenes.HUE.zone)))
    drawn = panels.drawn

    def some(page: Any, view: Any) -> Any:
        if page.key in found.bad:
            raise ValueError("a number nobody thought of")
        return drawn(page, view)

    monkeypatch.setattr(panels, "drawn", some)
    for page in ("environment", "overview", "traffic"):
        found.look_at(page)
    return found


def test_it_stands_alone_and_keeps_its_picture_and_says_since_when(screens: Screens) -> None:
    before = screens.open["environment"].sheet
    screens.bad = {"environment"}
    screens.publish(scenes.flooded())
    stands = screens.meta("environment")
    assert stands["connection"] == "reconnecting" and stands["lost"].startswith(STANDS)
    after = screens.open["environment"].sheet
    assert before and after and after.panels == before.panels and after.figures == before.figures
    for page in ("overview", "traffic"):
        assert screens.meta(page)["connection"] == "live" and screens.meta(page)["lost"] == ""
        assert screens.meta(page)["version"] == screens.fed.state.snapshot.version
    assert screens.painter.channels.standing == 1


def test_as_long_as_it_stands_no_word_of_it_looks_live(screens: Screens) -> None:
    screens.bad = {"environment"}
    screens.publish(scenes.flooded())
    first = screens.meta("environment")["lost"]
    for snapshot in (scenes.calm(), scenes.flooded()):
        number = screens.open["environment"].number
        screens.publish(snapshot)
        assert screens.meta("environment")["lost"] == first and screens.open["environment"].number == number


def test_it_is_live_again_with_the_next_picture(screens: Screens) -> None:
    screens.bad = {"environment"}
    screens.publish(scenes.flooded())
    screens.bad = set()
    screens.publish(scenes.calm())
    assert screens.meta("environment")["connection"] == "live" and screens.meta("environment")["lost"] == ""
    assert screens.painter.channels.standing == 0


def test_words_that_go_ahead_and_fail_fail_no_other_page(screens: Screens, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture's first words are told before the rest is painted."""
    tiles, own = Painter._tiles, {"rain_1h"}
    assert own <= set(screens.open["environment"].codes) - set(screens.open["traffic"].codes)

    def some(codes: list[str], view: Any) -> Any:
        if own & set(codes):
            raise ValueError("a number nobody thought of")
        return tiles(codes, view)

    monkeypatch.setattr(Painter, "_tiles", staticmethod(some))
    screens.publish(scenes.flooded())
    assert screens.meta("environment")["lost"].startswith(STANDS)
    assert screens.meta("traffic")["connection"] == "live"
