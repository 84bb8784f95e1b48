"""A page that can't be painted: it stands and says so, alone, and is live again with the next picture it can show."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from city.snapshot import Snapshot
from dashboards.kit import panels
from dashboards.kit.address import Address
from dashboards.kit.channel import Channel, UnpaintableError
from dashboards.kit.channels import KEPT_CHANNELS, Channels
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
        self.open[page] = self.painter.open(Address(page, lang="en"), joins=True)

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
    assert screens.painter.channels.failing == 1


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
    assert screens.painter.channels.failing == 0


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


def test_a_page_opened_after_the_loss_says_so_though_it_was_painted_before(screens: Screens) -> None:
    address = Address("health", lang="en")
    screens.painter.open(address)
    screens.fed.lost(datetime.now(UTC))
    screens.painter._turn()
    sheet = screens.painter.open(address, joins=True).sheet
    assert sheet and sheet.meta["connection"] == "reconnecting" and sheet.meta["lost"].startswith("Database unreach")


def test_a_page_that_cannot_be_opened_has_no_screen(screens: Screens, monkeypatch: pytest.MonkeyPatch) -> None:
    screens.bad = {"health"}
    with capture_logs() as told:
        for _ in range(3):
            with pytest.raises(UnpaintableError):
                screens.painter.open(Address("health", lang="en"), joins=True)
    assert [t["event"] for t in told] == ["a page can't be painted"], "once, however many ask"
    screens.bad = set()
    monkeypatch.setattr("dashboards.kit.painter.AGAIN_S", 0.0)
    assert screens.painter.open(Address("health", lang="en"), joins=True).screens == 1


def test_however_many_are_looked_at_the_newest_is_kept() -> None:
    kept, page = Channels(), discover()["overview"]
    for n in range(KEPT_CHANNELS):
        looked_at = Channel(Address("overview", lang="en", choice=(("show", str(n)),)), page)
        looked_at.join()
        kept.keep(looked_at)
    newest = Channel(Address("overview", lang="vi"), page)
    kept.keep(newest)
    assert newest in list(kept) and len(list(kept)) == KEPT_CHANNELS + 1
    for n in range(2 * KEPT_CHANNELS):
        kept.keep(Channel(Address("traffic", lang="vi", choice=(("show", str(n)),)), page))
    assert len([c for c in kept if not c.screens]) == KEPT_CHANNELS and kept.screens == KEPT_CHANNELS
