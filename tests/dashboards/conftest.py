from collections.abc import Iterator

import pytest

from city.city import picture
from city.snapshot import Known
from tests.dashboards import scenes
from tests.dashboards.serving import Running, hub, serving


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """An application that shows the flooded evening, and keeps a past that is calm."""

    def past(at: object, known: Known) -> object:
        return picture(scenes.HUE, scenes.rows(at), at, known)  # type: ignore[arg-type]

    fed = hub(past=past)  # type: ignore[arg-type]
    fed.publish(scenes.flooded())
    with serving(fed) as found:
        yield found
