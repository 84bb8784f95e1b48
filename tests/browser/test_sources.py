"""A feed dies while people look: by the clock alone, with no row and no word from anybody."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from city.batch import Batch
from city.city import City
from dashboards.kit.discover import discover
from tests.browser.chromium import opened
from tests.dashboards.scenes import EVENING, HUE
from tests.dashboards.serving import hub, serving
from tests.dashboards.test_sources import MINUTE, OUTAGE, REFUSED, card, hours, told
from tests.dashboards.test_stale import WARD, city

pytestmark = pytest.mark.browser
OLD = """() => {
  const known = [...document.querySelectorAll('[data-indicator]')].filter((t) => t.dataset.freshness !== 'missing');
  const rows = [...document.querySelectorAll('[data-attention]')];
  return known.length > 20 && rows.length > 0 && rows.every((r) => r.dataset.level === 'unknown')
    && known.every((t) => t.dataset.freshness === 'stale' && t.dataset.level === 'unknown');
}"""
FOLLOWED = "() => Number(document.querySelector('#city-state')?.dataset.version) > 0"
LIVE = """() => [...document.querySelectorAll('[data-indicator], [data-attention], [data-level]')].filter((e) =>
    !e.closest('.panel-feeds')
      && (e.dataset.freshness === 'fresh' || !['unknown', '', undefined].includes(e.dataset.level))
  ).map((e) => e.outerHTML.slice(0, 200))"""
"""What still looks live, but for the state of the feeds themselves."""


def test_every_tile_and_every_row_of_the_list_goes_stale_when_the_feed_does(browser: Browser) -> None:
    city, fed = City(HUE), hub(poll_seconds=60)
    log = hours("test", OUTAGE)
    alive = city.absorb(told(card("test"), feed_hour=log, refusal=REFUSED), EVENING)
    fed.publish(alive)
    with serving(fed) as running:
        wall = opened(browser, running.url + "/?lang=en")
        wall.await_state("live", 15)
        assert wall.page.locator('[data-indicator][data-freshness="fresh"]').count() > 20
        value = wall.value("incidents_open")
        fed.publish(city.absorb(Batch({}), EVENING + timedelta(seconds=61)))
        wall.page.wait_for_function(OLD, timeout=10_000)
        assert wall.value("incidents_open") == value, "a stale number keeps its value"
        wall.page.goto(running.url + "/sources?lang=en")
        row = wall.page.locator(".panel-feeds tbody tr").first
        row.get_by_text("Down", exact=True).wait_for(timeout=10_000)
        assert row.locator('[data-cell="failed"]').count() == 1
        assert "<b onmouseover" in wall.page.inner_text(".panel-refused"), "markup arrives as letters"
        assert wall.complaints == []
        wall.page.close()
    assert fed.state.snapshot.at - EVENING < MINUTE * 2


@pytest.mark.soak
def test_no_page_shows_anything_of_a_dead_feed_as_if_it_were_so(browser: Browser) -> None:
    """Each page loaded; of what is drawn there, tests/dashboards/test_stale.py looks at every layer."""
    fed = hub(poll_seconds=60)
    fed.publish(city(1))
    with serving(fed) as running:
        wall = opened(browser, running.url + "/?lang=en")
        assert len(wall.page.evaluate(LIVE)) > 20, "it is looked for where there is something"
        fed.publish(city(3))
        for page in discover().values():
            wall.page.goto(f"{running.url}{page.route.format(place=WARD)}?lang=en", wait_until="domcontentloaded")
            wall.page.wait_for_function(FOLLOWED, timeout=20_000)
            assert wall.page.evaluate(LIVE) == [], page.key
        assert wall.complaints == []
        wall.page.close()
