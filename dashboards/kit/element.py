"""Elements as the browser is told of them (assets/parts.js): plain data, the shape that Dash's components have as JSON.

A component of Dash's looks through the names of all its attributes when it is made and again when it is written: forty
times the cost of a dictionary. A list of hundreds that is drawn for each picture is made of these.
"""

from typing import Any

Element = dict[str, Any]


def element(kind: str, children: Any = None, **attributes: Any) -> Element:
    """`kind` as Dash writes it ("Span", "Link"), attributes by their names in HTML, or Dash's where it has its own."""
    return {"type": kind, "props": {"children": children, **attributes}}
