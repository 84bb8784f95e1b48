"""From any number two clicks lead to a ward, one to its rows or its meaning; a name is found without its marks."""

import pytest
from playwright.sync_api import Browser

from tests.browser.access import visited
from tests.browser.chromium import Watched
from tests.dashboards import scenes
from tests.dashboards.serving import hub, serving

pytestmark = pytest.mark.browser
OPEN = '[data-indicator="feedback_open"]'
LEFT_MS = (60, 500, 160, 900)
"""How long a page is looked at that is left while its map is being made."""
AT_REST = "() => ioc.plots.all().every((gd) => gd.isConnected && !ioc.plots.busy(gd))"


def leaves_pages_half_made(watched: Watched, times: int = 8) -> None:
    """Plotly makes a map over many steps; on a slow machine people leave in the middle of them."""
    page = watched.page
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 3})
    for i in range(times):
        page.evaluate("(i) => document.querySelectorAll('.top nav a')[i].click()", i % 4)
        page.wait_for_timeout(LEFT_MS[i % len(LEFT_MS)])
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    page.wait_for_function(AT_REST, timeout=60_000)


def test_numbers_lead_to_their_rows_their_meaning_and_to_wards(browser: Browser) -> None:
    fed = hub(poll_seconds=60)
    fed.publish(scenes.flooded())
    with serving(fed) as running:
        watched = visited(browser, f"{running.url}/feedback?lang=en")
        page = watched.page
        page.wait_for_selector(f'{OPEN}[data-value]:not([data-value=""])')
        number = watched.value("feedback_open")
        page.click(f"{OPEN} .to-rows")
        page.wait_for_selector("[data-records]")
        assert page.get_attribute("[data-records]", "data-records") == number
        assert page.locator(".records tbody tr").count() == 50
        page.click(".pager a")
        page.wait_for_url("**page=2**")
        page.go_back()
        page.go_back()
        page.click(f"{OPEN} .tile-title a")
        page.wait_for_selector(".about dl")
        told = page.inner_text(".about")
        assert "Tickets received and not closed" in told and "received_at ≤ t" in told and "Owner" in told
        page.click(".panel-places tbody th a")  # the second click of two
        page.wait_for_selector(".crumb")
        assert "/place/" in page.url
        for typed, name in (("thuan hoa", "Thuận Hóa"), ("DAN DIEN", "Đan Điền")):
            page.fill("#search", typed)
            page.press("#search", "Enter")
            page.wait_for_function("(name) => document.querySelector('.crumb')?.textContent === name", arg=name)
        leaves_pages_half_made(watched)
        assert "lang=en" in page.url and watched.hosts == {"127.0.0.1"}
        assert watched.complaints == []
        page.close()
