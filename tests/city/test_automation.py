from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from city.automation import stopped_since
from city.city import picture
from tests.city.makers import batch
from tests.dashboards import scenes

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def feed(name: str, ran: float | None, every: float = 60.0, **more: object) -> dict[str, object]:
    """A feed that ran so many seconds ago."""
    run_at = None if ran is None else AT - timedelta(seconds=ran)
    return {"source": name, "every": every, "run_at": run_at, "declared_at": AT - timedelta(days=1), **more}


@pytest.mark.parametrize(
    ("feeds", "ago"),
    [
        ([], None),
        ([feed("a", 30)], None),
        ([feed("a", 160)], 160),
        ([feed("a", 160), feed("b", 9)], None),
        ([feed("a", 160), feed("b", 9, withdrawn_at=AT - timedelta(seconds=5))], 160),
        ([feed("daily", 7200, 86_400)], None),
        ([feed("daily", 7200, 86_400), feed("a", 7100)], 7100),
        ([feed("never", None, declared_at=AT - timedelta(seconds=100))], None),
        ([feed("never", None, declared_at=AT - timedelta(seconds=200))], 200),
        ([feed("odd", 200, float("inf"))], None),
    ],
)
def test_automation_has_stopped_once_no_feed_ran_for_long(feeds: list[dict[str, object]], ago: float | None) -> None:
    since = stopped_since(picture(scenes.HUE, batch(feed=feeds, whole=True), AT).scene)
    assert (None if np.isnat(since) else (AT.replace(tzinfo=None) - since.astype(datetime)).total_seconds()) == ago
