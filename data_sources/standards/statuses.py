"""The contract's closed vocabulary for the status of feedback, and what the standards' words become."""

from collections.abc import Mapping
from datetime import datetime

from data_sources.standards.rows import RowError, shown, text
from data_sources.standards.vocabulary import snake

OURS = frozenset(
    {
        *("received", "verified", "rejected", "assigned", "in_progress", "extension_requested", "answered"),
        *("closed", "reopened"),
    }
)
THEIRS = {
    **dict.fromkeys(("open", "new", "pending", "submitted"), "received"),
    **dict.fromkeys(("acknowledged", "confirmed"), "verified"),
    **dict.fromkeys(("inprogress", "processing", "started"), "in_progress"),
    **dict.fromkeys(("resolved", "solved", "done", "completed"), "closed"),
}


def status_of(written: object, named: Mapping[str, str]) -> str | None:
    """Our word; what the feed's own list and the common words don't know is refused."""
    found = text(written)
    if found is None:
        return None
    plain = snake(found)
    ours = named.get(found) or THEIRS.get(plain.replace("_", "")) or plain
    if ours not in OURS:
        raise RowError(f"status {shown(found)} is not known")
    return ours


def closing(status: str | None, at: datetime | None) -> datetime | None:
    """When a closed row was closed. Closed without a time would count as open for ever, so it is refused."""
    if status != "closed":
        return None
    if at is None:
        raise RowError("closed, but not when")
    return at
