"""Components as HTML, for the page a browser gets before any script of Dash's has run."""

from html import escape
from typing import Any

from dash.development.base_component import Component

HTML = "dash_html_components"
TAGS = {"Link": "a", "NavLink": "a", "Nav": "div", "Graph": "div"}
"""What the components that are no HTML elements become. A graph is an empty box until its script is there."""
CLASSES = {"Nav": "nav", "NavLink": "nav-link"}
NAMES = {"className": "class", "htmlFor": "for"}
LEFT_OUT = frozenset({"figure", "config", "responsive", "active"})
VOID = frozenset({"br", "col", "hr", "img", "input", "wbr"})


def markup(what: Any) -> str:
    """HTML of a component, of texts and of lists of them. Texts arrive as text, whatever is in them."""
    if what is None or isinstance(what, bool):
        return ""
    if isinstance(what, list | tuple):
        return "".join(markup(w) for w in what)
    return _element(what) if isinstance(what, Component) else escape(str(what), quote=False)


def _element(c: Component) -> str:
    told = c.to_plotly_json()  # type: ignore[no-untyped-call]
    kind, props = told["type"], dict(told["props"])
    inside = markup(props.pop("children", None))
    tag = kind.lower()
    if told["namespace"] != HTML:
        tag = TAGS.get(kind, tag)
        classes = [CLASSES.get(kind), "active" if props.get("active") else None, props.get("className")]
        props = {k: v for k, v in props.items() if k not in LEFT_OUT}
        props["className"] = " ".join(c for c in classes if c) or None
    shown = "".join(_attribute(k, v) for k, v in props.items())
    return f"<{tag}{shown}>" if tag in VOID else f"<{tag}{shown}>{inside}</{tag}>"


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, dict):
        value = ";".join(f"{k}:{v}" for k, v in value.items())
    shown = NAMES.get(name, name.lower())
    return f" {shown}" if value is True else f' {shown}="{escape(str(value))}"'
