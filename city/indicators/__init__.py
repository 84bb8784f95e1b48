"""One file a domain; each row of a file's INDICATORS is one number the city watches."""

import importlib
import pkgutil
from functools import cache

from city.indicator import DOMAINS, Indicator


@cache
def registry() -> dict[str, Indicator]:
    """Every indicator by code, in the order of domains and of the files' own lists.

    Raises ValueError when two share a code.
    """
    found: dict[str, Indicator] = {}
    for module in pkgutil.iter_modules(__path__):
        rows = getattr(importlib.import_module(f"{__name__}.{module.name}"), "INDICATORS", ())
        for row in rows:
            if row.code in found:
                raise ValueError(f"two indicators are called {row.code}")
            found[row.code] = row
    return dict(sorted(found.items(), key=lambda kv: DOMAINS.index(kv[1].domain)))
