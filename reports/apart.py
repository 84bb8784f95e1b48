"""What a process of a report's making may know: our modules, and nothing of the program's secrets."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH")


def environment(**more: str) -> dict[str, str]:
    """Of ours what such a process needs, and `more`."""
    return {**{k: v for k, v in os.environ.items() if k in PASSED_ON}, **more}
