"""A wall that turns for long holds no more than one page."""

import pytest
from playwright.sync_api import Browser

from city.city import City
from city.config import Wall
from dashboards.kit.hub import Hub
from tests.browser.chromium import opened
from tests.dashboards import scenes
from tests.dashboards.serving import hub, serving

pytestmark = [pytest.mark.browser, pytest.mark.soak]


def test_forty_turns_leave_no_page_behind(browser: Browser) -> None:
    """No handle of an element is taken meanwhile: the browser would keep its page for it."""
    wall = Wall.model_validate({"pages": ["/", "/traffic", "/environment", "/feedback"], "seconds": 3600})
    fed = Hub(scenes.HUE.model_copy(update={"wall": wall}), hub().clock, 60)
    fed.publish(City(fed.file).absorb(scenes.rows(), scenes.EVENING))
    with serving(fed) as running:
        page = opened(browser, running.url + "/wall?lang=en").page
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable")
        nodes = []
        for i in range(41):
            if i % 8 == 0:
                page.wait_for_timeout(13_000)  # what was left half made is swept away
                devtools.send("HeapProfiler.collectGarbage")
                told = {m["name"]: m["value"] for m in devtools.send("Performance.getMetrics")["metrics"]}
                nodes.append(told["Nodes"])
            before = page.url
            page.evaluate("ioc.wall.it.due = 0")
            page.wait_for_url(lambda url, before=before: url != before, timeout=60_000)
            page.wait_for_timeout(1000)
        assert max(nodes[1:]) < 1.5 * nodes[1], nodes
        page.close()
