"""The directory listing is the table of contents: every file of `dashboards` with a PAGE is a page."""

import importlib
import pkgutil

import dashboards
from dashboards.kit.contract import Page


def discover() -> dict[str, Page]:
    """Pages by key, in their order. Raises ValueError when two share a key or a path."""
    names = [m.name for m in pkgutil.iter_modules(dashboards.__path__) if not m.ispkg]
    modules = [importlib.import_module(f"dashboards.{n}") for n in names]
    pages = sorted((m.PAGE for m in modules if hasattr(m, "PAGE")), key=lambda p: (p.order, p.key))
    if len({p.key for p in pages}) < len(pages) or len({p.route for p in pages}) < len(pages):
        raise ValueError("two pages share a key or a path")
    return {p.key: p for p in pages}
