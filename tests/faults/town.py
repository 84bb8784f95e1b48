"""A town whose agencies are servers of ours: the application that reads them, its repository, and a page."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine, text

from city.clock import WorldClock
from city.config import load_city
from commands._feeds import feeds_of
from commands.settings import read
from repository.places import bring_places
from tests.dashboards.serving import serving as served
from tests.data_sources.engine.stub import Stub
from tests.faults.rig import following

TOWN = """
code = "town"
timezone = "Asia/Ho_Chi_Minh"
places = "places.csv"
name = {en = "Town"}
[map]
center = [16.4, 107.5]
"""
FEED = """
[feeds.{key}]
title = "{key}"
domain = "environment"
standard = "ngsi_ld"
url = "{url}"
every = "1 s"
stale_after = "{stale}"
timeout = "3 s"
private = {private}
max_rows = 50
max_bytes = 8000000
"""


def entity(name: str, at: datetime | str, **values: object) -> dict[str, object]:
    told = at if isinstance(at, str) else at.isoformat()
    units = {"water_level": "MTR", "rain": "MMT"}
    readings = {k: {"value": v, "unitCode": units.get(k, "GQ")} for k, v in values.items()}
    return {"id": name, "type": "AirQualityObserved", "dateObserved": told, **readings}


@dataclass
class Town:
    """The agencies' server, the repository, and the page of sources of an application that reads them."""

    stub: Stub
    engine: Engine
    page: Page
    url: str

    def row(self, key: str) -> str:
        """Everything the page says of a feed, its card included."""
        found = self.page.locator(".panel-feeds tbody tr", has=self.page.locator(f'summary[title="{key}"]'))
        return found.first.text_content() or "" if found.count() else ""

    def stored(self, query: str) -> list[tuple[object, ...]]:
        with self.engine.connect() as c:
            return [tuple(r) for r in c.execute(text(query))]


def tell(stub: Stub, path: str, *entities: dict[str, object]) -> None:
    stub.bodies[path] = (json.dumps(entities).encode(), {"content-type": "application/ld+json"})


@contextmanager
def opened(stub: Stub, file: Path, engine: Engine, browser: Browser) -> Iterator[Town]:
    """The city of a file, followed and shown."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IOC_CITY", str(file))
        city = load_city(str(file))
        bring_places(engine, city, WorldClock().now())
        with (
            feeds_of(engine, city, read(file=file.parent / "none.toml")) as feeds,
            following(engine, city, feeds) as hub,
            served(hub) as running,
        ):
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            yield Town(stub, engine, page, running.url)
            page.close()
            stub.over.set()  # who hangs lets go


def city_file(folder: Path, feeds: str, more: str = "") -> Path:
    (folder / "town.toml").write_text(TOWN + more + feeds)
    (folder / "places.csv").write_text("place_code,name,population\na,Alpha,10\nb,Beta,20\n")
    return folder / "town.toml"
