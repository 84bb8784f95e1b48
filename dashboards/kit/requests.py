"""What a browser may ask Dash's one URL for callbacks: a callback that is there, with the inputs it has.

Dash takes the body as it comes, and what it does not expect ends as a fault of the server.
"""

from collections.abc import Mapping
from typing import Any

import orjson

CALLBACKS = "/_dash-update-component"


def wrong(path: str, body: bytes, callbacks: Mapping[str, Any]) -> str | None:
    """Why the body of a POST to `path` is no request of our pages; None when it may go on. `callbacks`: Dash's map."""
    if path != CALLBACKS:
        return None
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError:
        return "this is no JSON"
    if not isinstance(asked, dict):
        return "this is no request for a callback"
    output = asked.get("output")
    known = callbacks.get(output) if isinstance(output, str) else None
    if not isinstance(output, str) or known is None or known.get("persistent") or known.get("websocket"):
        return "there is no such callback"
    if not _as_declared(asked.get("inputs"), known["inputs"]) or not _as_declared(asked.get("state"), known["state"]):
        return "the callback has other inputs"
    changed = asked.get("changedPropIds", [])
    if not isinstance(changed, list) or not all(isinstance(c, str) for c in changed):
        return "changedPropIds is a list of names"
    return None if _named(asked.get("outputs"), output) else "the callback has other outputs"


def _as_declared(given: object, declared: list[dict[str, Any]]) -> bool:
    found = [] if given is None else given
    if not isinstance(found, list) or len(found) != len(declared):
        return False
    return all(_same(x, want) for x, want in zip(found, declared, strict=True))


def _same(given: object, want: Mapping[str, Any]) -> bool:
    return isinstance(given, dict) and given.get("id") == want["id"] and given.get("property") == want["property"]


def _named(outputs: object, output: str) -> bool:
    """Are these the components and properties that Dash wrote into the callback's own name?"""
    several = output.startswith("..")
    if isinstance(outputs, list) is not several:
        return False
    some = outputs if isinstance(outputs, list) else [outputs]
    names = [f"{o.get('id')}.{o.get('property')}" if isinstance(o, dict) else "" for o in some]
    return output.split("@")[0] in (*names[:1], f"..{'...'.join(names)}..")
