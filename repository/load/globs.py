"""Patterns with `*`: in the words of `[values]` and the columns of `[metrics]`."""

import re
from functools import lru_cache


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile("(.*)".join(map(re.escape, pattern.split("*"))), re.S)


def match(pattern: str, text: str) -> str | None:
    """What the `*` stood for ("" when there is none), or None when the text does not match."""
    found = _compiled(pattern).fullmatch(text)
    return None if found is None else "".join(found.groups())
