"""From any number two clicks lead to a ward, one to its rows or its meaning; a name is found without its marks."""

import pytest
from playwright.sync_api import Browser

from tests.browser.access import visited
from tests.dashboards import scenes
from tests.dashboards.serving import hub, serving

pytestmark = pytest.mark.browser
OPEN = '[data-indicator="feedback_open"]'


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
        assert "lang=en" in page.url and watched.hosts == {"127.0.0.1"}
        assert watched.complaints == []
        page.close()
