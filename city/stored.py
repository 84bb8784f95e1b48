"""What past is stored at all: from when on, and where in it something serious happened."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """`first` is the first moment of which anything is stored, None when nothing is.

    `marks` are days (their beginning, UTC) with incidents of severity 1 or 2, and how many, oldest first.
    """

    first: datetime | None = None
    marks: tuple[tuple[datetime, int], ...] = ()
