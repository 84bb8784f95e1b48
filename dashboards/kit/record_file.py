"""The rows behind a number as a CSV file, safe to open in a spreadsheet."""

import asyncio
import csv
import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from city.cell import safe
from dashboards.kit import record_list, records
from dashboards.kit.address import FILTERS, AddressError, known_of, moment
from dashboards.kit.contract import View
from dashboards.kit.hub import Hub
from dashboards.kit.language import Language
from dashboards.kit.past import NotYetError, PastError
from dashboards.kit.words import plain_text

MOST = 100_000
"""Rows a file holds at the most; a longer list ends with a line that says so."""
LONGEST = 500
BOM = "\ufeff"


def add(server: FastAPI, hub: Hub) -> None:
    async def view(request: Request) -> Response:
        words = dict(request.query_params)
        try:
            at, known = words.get("at"), known_of(words.get("known") or "now")
            snapshot = await hub.then(moment(at, hub.file.zone), known) if at else hub.state.snapshot
        except (AddressError, NotYetError) as e:
            return PlainTextResponse(f"{e}\n", 400)
        except PastError as e:
            return PlainTextResponse(f"{e}\n", 503)
        choice = {k: v for k, v in words.items() if k in ("indicator", "place", *FILTERS)}
        seen = View(snapshot, snapshot.places.city, Language("en", hub.file.zone, {}), choice)
        text = await asyncio.to_thread(written, seen)
        if text is None:
            return PlainTextResponse("no list of rows has this address\n", 404)
        kept = {"Content-Disposition": 'attachment; filename="records.csv"', "Cache-Control": "no-store"}
        return Response(BOM + text, media_type="text/csv; charset=utf-8", headers=kept)

    server.add_route("/records.csv", view, methods=["GET"])


def written(view: View) -> str | None:
    """The file's text, None where there is no such list. Columns have the contract's names, times the city's offset."""
    found = records.find(view)
    if found is None:
        return None
    columns = [c for c, _ in record_list.COLUMNS[found.table]]
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(columns)
    for i in found.rows[:MOST].tolist():
        sheet.writerow([harmless(record_list.cell(view, found, i, c), view.language.zone) for c in columns])
    if len(found.rows) > MOST:
        sheet.writerow([f"only the first {MOST} of {len(found.rows)} rows"])
    return out.getvalue()


def harmless(value: Any, zone: ZoneInfo) -> Any:
    """A cell that no spreadsheet takes for a formula, on one line, in the order it was written."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    return safe(plain_text(value, LONGEST) if isinstance(value, str) else value)
