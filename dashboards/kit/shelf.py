"""The archive of reports as pages see it, and the way to the files. Who builds the application fills it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import structlog
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

State = Literal["waiting", "running", "failed", "skipped"]
PATIENCE_S = 10.0


@dataclass(frozen=True, slots=True)
class Book:
    """One report in the archive. `place` is None for the city; `mails` of it were taken, of `recipients`."""

    report_id: int
    period: str
    starts_at: datetime
    ends_at: datetime
    place: str | None
    locale: str
    made_at: datetime
    pages: int
    size: int
    sha256: str
    signed_by: str | None = None
    mails: int = 0
    recipients: int = 0
    unsent: str | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """A report that is due and not there: why not, and when it is tried again."""

    period: str
    place: str | None
    locale: str
    due_at: datetime
    state: State
    attempts: int = 0
    next_at: datetime | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Everything there is and everything that is owed; `next_at` is when the next report is due."""

    books: tuple[Book, ...] = ()
    owed: tuple[Owed, ...] = ()
    next_at: datetime | None = None

    @property
    def failed(self) -> tuple[Owed, ...]:
        return tuple(o for o in self.owed if o.state == "failed")


@dataclass(frozen=True, slots=True)
class File:
    """A report's bytes; `name` is what a browser saves it as, ASCII."""

    name: str
    content: bytes
    sha256: str


Fetch = Callable[[int], File | None]


def add(server: FastAPI, fetch: Callable[[], Fetch | None]) -> None:
    """`/reports/<number>.pdf`; `fetch` gives what reads the archive, None where there is none."""

    async def view(request: Request) -> Response:
        word = request.path_params["number"]
        reader = fetch()
        if reader is None or not (word.isascii() and word.isdigit() and len(word) < 16):
            return _missing()
        try:
            async with asyncio.timeout(PATIENCE_S):
                found = await asyncio.to_thread(reader, int(word))
        except Exception as e:  # noqa: BLE001  whatever the reader raises, the archive can't be read now
            structlog.get_logger("dashboards.shelf").warning("report not read", why=str(e))
            return Response("the archive can't be read now\n", 503, media_type="text/plain")
        return _missing() if found is None else _response(request, found)

    server.add_route("/reports/{number}.pdf", view, methods=["GET", "HEAD"])


def _missing() -> Response:
    return Response("there is no such report\n", 404, media_type="text/plain")


def _response(request: Request, found: File) -> Response:
    """Saved, never opened in the page; asked for again, the browser is told that it has it."""
    headers = {"ETag": f'"{found.sha256}"', "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return Response(found.content, media_type="application/pdf", headers=headers)
