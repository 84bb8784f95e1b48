"""The archive's page: what is there, what is owed, and the way to a file."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from dashboards import reports
from dashboards.kit import shelf
from dashboards.kit.attention import attention
from dashboards.kit.contract import View
from dashboards.kit.language import LOCALES, languages
from dashboards.kit.panels import as_json, inside
from dashboards.kit.shelf import Book, File, Owed, Shelf
from tests.dashboards.scenes import EVENING, HUE, calm

SPOKEN = languages(HUE.zone)
WEEK = timedelta(days=7)
BOOK = Book(
    7, "2025-W43", EVENING - WEEK, EVENING, None, "vi", EVENING, 9, 700_000, "ab" * 32, "Văn phòng", 1, 2, "451 x"
)
OWED = Owed("2025-W43", "19753", "en", EVENING, "failed", 3, EVENING + timedelta(minutes=4), "no disk <b>left</b>")
SHELF = Shelf((BOOK,), (OWED,), EVENING + WEEK)


def view(found: Shelf | None = SHELF, lang: str = "en", **choice: str) -> View:
    snapshot = calm()
    return View(snapshot, snapshot.places.city, SPOKEN[lang], choice, found)


def text(what: object) -> str:
    return as_json(what).decode()


def test_a_report_is_listed_with_its_week_its_hash_and_its_file() -> None:
    drawn = text(reports.archive(view()))
    for word in (
        "2025-W43",
        "Oct 20 – 27, 2025",
        "Hue City",
        "Tiếng Việt",
        "700 kB",
        "Văn phòng",
        "1 of 2",
        "ab" * 32,
    ):
        assert word in drawn, word
    assert '"/reports/7.pdf"' in drawn and "451 x" in drawn


def test_what_failed_says_why_and_when_it_is_tried_again() -> None:
    drawn = text(reports.due(view()))
    for word in ("failed, retrying", "no disk", "Oct 27, 2025, 20:04", "Next report: Nov 3, 2025, 20:00", "English"):
        assert word in drawn, word
    (mark,) = [c for c in inside([reports.due(view())]) if getattr(c, "data-report", None)]  # type: ignore[list-item]
    assert getattr(mark, "data-level", "") == "warning"


def test_a_failed_report_needs_attention_now_and_in_the_whole_city_only() -> None:
    assert "weekly_report" in text(attention(view()))
    assert "weekly_report" not in text(attention(view(at="2025-10-27T20:00")))
    assert "weekly_report" not in text(attention(replace(view(), slot=0)))
    assert "weekly_report" not in text(attention(view(Shelf((BOOK,), (replace(OWED, state="running"),)))))


def test_a_past_moment_shows_what_was_there_by_then() -> None:
    later = replace(BOOK, period="2025-W44", made_at=EVENING + WEEK)
    drawn = text(reports.archive(view(Shelf((later, BOOK)), at="2025-10-27T20:00")))
    assert "2025-W43" in drawn and "2025-W44" not in drawn
    assert "no disk" not in text(reports.due(view(at="2025-10-27T20:00")))


@pytest.mark.parametrize("found", [None, Shelf()])
def test_an_empty_archive_says_so(found: Shelf | None) -> None:
    assert "no report yet" in text(reports.archive(view(found)))
    assert text(reports.due(view(found)))


@pytest.mark.parametrize("lang", LOCALES)
def test_every_word_is_translated(lang: str) -> None:
    wanted = {*reports.STATES.values(), *reports.HEAD}
    assert wanted <= SPOKEN[lang].messages.keys()


class Client:
    """Asks an application without a server between."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    def get(self, path: str, method: str = "GET", **more: object) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://ioc") as asking:
                return await asking.request(method, path, **more)  # type: ignore[arg-type]

        return asyncio.run(ask())


@pytest.fixture
def client() -> Client:
    server = FastAPI()

    def fetch(number: int) -> File | None:
        if number == 3:
            raise OSError("away")
        return File("hue-2025-W43-vi.pdf", b"%PDF-1.7", "ab" * 32) if number == 7 else None

    shelf.add(server, lambda: fetch)
    return Client(server)


def test_a_file_is_saved_never_opened_and_known_again(client: Client) -> None:
    found = client.get("/reports/7.pdf")
    assert (found.status_code, found.content) == (200, b"%PDF-1.7")
    assert found.headers["content-disposition"] == 'attachment; filename="hue-2025-W43-vi.pdf"'
    assert found.headers["content-type"] == "application/pdf"
    again = client.get("/reports/7.pdf", headers={"If-None-Match": found.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/reports/7.pdf", "HEAD").headers["content-length"] == "8"


@pytest.mark.parametrize("number", ["8", "x", "-7", "7" * 40, "٧", "7%00"])
def test_what_is_not_there_is_not_found(client: Client, number: str) -> None:
    assert client.get(f"/reports/{number}.pdf").status_code == 404


def test_an_archive_that_cannot_be_read_says_so(client: Client) -> None:
    assert client.get("/reports/3.pdf").status_code == 503
    server = FastAPI()
    shelf.add(server, lambda: None)
    assert Client(server).get("/reports/7.pdf").status_code == 404
