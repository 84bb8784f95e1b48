"""Servers that page, count and refuse as those of the field do, filled with whatever they are given."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson

from tests.data_sources.transports.server import Asked, Reply

JSON = {"content-type": "application/json"}


def broker(entities: Sequence[dict[str, Any]], told: str = "link") -> Callable[[Asked, str], Reply]:
    """An NGSI-LD broker; it tells of further pages by `link`, by `count`, or by `nothing`. At most 1,000 a page."""

    def respond(asked: Asked, url: str) -> Reply:
        limit, offset = int(asked.query.get("limit", "20")), int(asked.query.get("offset", "0"))
        if not asked.path.endswith("/entities"):
            return 404, JSON, b'{"title": "no such path"}'
        if limit > 1000:
            return 400, JSON, b'{"title": "limit must not be more than 1000"}'
        headers = dict(JSON)
        if told == "link" and offset + limit < len(entities):
            query = urlencode({**asked.query, "offset": offset + limit})
            headers["Link"] = f'<{url}{asked.path}?{query}>; rel="next"; type="application/ld+json", <{url}>;rel="self"'
        if told == "count" and asked.query.get("count") == "true":
            headers["NGSILD-Results-Count"] = str(len(entities))
        return 200, headers, orjson.dumps(list(entities[offset : offset + limit]))

    return respond


def observing(count: int, top: int = 100) -> Callable[[Asked, str], Reply]:
    """A SensorThings service with `count` Observations, a minute apart from midnight, that pages by `top`."""
    stream = {
        "@iot.id": 7,
        "unitOfMeasurement": {"symbol": "m"},
        "ObservedProperty": {"name": "Water Level"},
        "Thing": {"@iot.id": 3, "name": "Kim Long"},
    }
    thing = {
        "@iot.id": 3,
        "name": "Kim Long",
        "Locations": [{"location": {"type": "Point", "coordinates": [107.5, 16.4]}}],
    }
    times = [f"2026-11-23T{i // 60:02d}:{i % 60:02d}:00.000Z" for i in range(count)]

    def respond(asked: Asked, url: str) -> Reply:
        if asked.path.endswith("/Things"):
            return 200, JSON, orjson.dumps({"value": [{**thing, "Datastreams": [stream]}]})
        since = asked.query.get("$filter", "").rpartition("phenomenonTime gt ")[2]
        found = [{"phenomenonTime": t, "result": i, "Datastream": stream} for i, t in enumerate(times) if t > since]
        size = min(int(asked.query.get("$top", top)), top)
        skip = int(asked.query.get("$skip", "0"))
        page: dict[str, Any] = {"value": found[skip : skip + size]}
        if skip + size < len(found):
            page["@iot.nextLink"] = f"{url}{asked.path}?{urlencode({**asked.query, '$skip': skip + size})}"
        return 200, JSON, orjson.dumps(page)

    return respond


def reporting(requests: Sequence[dict[str, Any]], limit: int = 1000) -> Callable[[Asked, str], Reply]:
    """A GeoReport server: requests between two dates, and never more than `limit` of them, whatever is asked."""

    def respond(asked: Asked, url: str) -> Reply:
        begin, end = asked.query.get("start_date", ""), asked.query.get("end_date", "9999")
        found = [r for r in requests if begin <= r["requested_datetime"] <= end]
        if since := asked.query.get("updated_after"):
            found = [r for r in found if r.get("updated_datetime", r["requested_datetime"]) >= since]
        return 200, JSON, orjson.dumps(found[:limit])

    return respond
