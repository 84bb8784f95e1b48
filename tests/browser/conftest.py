from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import chromium


@pytest.fixture(scope="module")  # while it lives an event loop runs in this thread, and asyncio tests cannot
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found
