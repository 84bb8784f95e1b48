"""What stands in a drawn list of elements (dashboards.kit.element)."""

from collections.abc import Iterator
from typing import Any


def inside(what: Any) -> Iterator[dict[str, Any]]:
    """Every element's attributes, its children among them, from the outermost."""
    if isinstance(what, list):
        for one in what:
            yield from inside(one)
    elif isinstance(what, dict):
        yield what["props"]
        yield from inside(what["props"]["children"])


def first(what: Any, name: str, value: str) -> dict[str, Any]:
    """The attributes of the first element that has an attribute of that value."""
    return next(found for found in inside(what) if found.get(name) == value)
