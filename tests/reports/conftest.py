"""Reports of small cities made in memory, and the typeface cut once for all tests."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from city.snapshot import Snapshot
from dashboards.kit.language import languages
from reports.fonts import fonts
from reports.scope import Scope
from reports.week import week
from tests.dashboards.scenes import ALL, HUE

W43 = week("2025-W43", HUE.zone)
Report = Callable[..., Scope]


@pytest.fixture(scope="session")
def typeface(data_dir: Path) -> Path:
    return fonts(data_dir)


def scope(scene: str | Snapshot = "calm", language: str = "vi", place: str | None = None, weeks: int = 4) -> Scope:
    """A scene of tests/dashboards as the week's end, itself seen from the week ends before."""
    at = W43.end
    picture = ALL[scene](at) if isinstance(scene, str) else scene
    before = [Snapshot(HUE, at - timedelta(days=7 * n), picture.tables) for n in range(1, weeks + 1)]
    slot = picture.places.slot(place)
    assert slot is not None
    return Scope(W43, picture, before, slot, languages(HUE.zone)[language])
