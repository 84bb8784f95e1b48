"""What a page asks for when only its moment changes: the frame of another moment, and what past there is at all.

The page stays as it is, so a map keeps its view and nothing flickers; frames that follow come through the socket.
"""

import asyncio
from collections.abc import Mapping

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from dashboards.kit.address import AddressError, read
from dashboards.kit.channel import UnpaintableError
from dashboards.kit.contract import Page
from dashboards.kit.hub import Hub
from dashboards.kit.live import opened, stamped
from dashboards.kit.painter import Painter
from dashboards.kit.past import NotYetError, PastError
from dashboards.kit.sheet import whole


def add(server: FastAPI, hub: Hub, painter: Painter, pages: Mapping[str, Page]) -> None:
    """Put the routes on the server."""

    async def frame(request: Request) -> Response:
        """`?href=` is the path and query of a page of ours; its whole frame, or why there is none in one word."""
        try:
            address = read(request.query_params.get("href", "/"), pages, hub.file.zone, hub.file.locale)
            channel = await opened(address, hub, painter)
            if channel.sheet is None:
                raise PastError("nothing is painted yet")
            told = await asyncio.to_thread(whole, channel.sheet)
        except (AddressError, KeyError) as e:
            return _json({"why": "address", "error": str(e)}, 400)
        except NotYetError as e:
            return _json({"why": "future", "error": str(e)}, 409)
        except (PastError, UnpaintableError) as e:
            return _json({"why": "unreadable", "error": str(e)}, 503)
        return Response(stamped(told, hub, channel.fixed), media_type="application/json")

    async def stored(_request: Request) -> Response:
        """From when until when one may look, and the days in it with serious incidents; times in ms."""
        try:
            found = await hub.past.look()
        except PastError as e:
            return _json({"why": "unreadable", "error": str(e)}, 503)
        marks = [[round(1000 * day.timestamp()), count] for day, count in found.marks]
        first = round(1000 * found.first.timestamp()) if found.first else None
        return _json({"first": first, "last": round(1000 * hub.latest.timestamp()), "marks": marks})

    server.add_route("/frame", frame, methods=["GET"])
    server.add_route("/stored", stored, methods=["GET"])


def _json(content: object, status: int = 200) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")
