"""From what a city file declares to sources that run: by the transport that knows the standard."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence

from data_sources.engine.contract import DataSource
from data_sources.engine.declared import Declared, DeclaredError
from data_sources.engine.means import Build, Means

TRANSPORTS = "data_sources.transports"


def standards() -> dict[str, Build]:
    """Every standard that a feed can name: the tables `STANDARDS` of the transports' files."""
    package = importlib.import_module(TRANSPORTS)
    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__))
    found: dict[str, Build] = {}
    for name in names:
        module = importlib.import_module(f"{TRANSPORTS}.{name}")
        for standard, build in getattr(module, "STANDARDS", {}).items():
            if standard in found:
                raise DeclaredError(f"two transports know the standard {standard}, one of them {name}")
            found[standard] = build
    return found


def built(
    feeds: Sequence[Declared], means: Callable[[Declared], Means], known: Mapping[str, Build] | None = None
) -> list[DataSource]:
    """A source a feed. Raises DeclaredError with a line for each feed that can't be made."""
    known = standards() if known is None else known
    out, faults = [], list[str]()
    for feed in feeds:
        try:
            out.append(_built(feed, means(feed), known))
        except DeclaredError as e:
            faults.append(str(e))
    if faults:
        raise DeclaredError("\n".join(faults))
    return out


def _built(feed: Declared, means: Means, known: Mapping[str, Build]) -> DataSource:
    if feed.standard not in known:
        raise feed.wrong("standard", f"there is no {feed.standard!r}; there are {', '.join(sorted(known))}")
    return known[feed.standard](feed, means)
