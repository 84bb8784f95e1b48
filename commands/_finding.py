"""What `ioc doctor` found about one thing."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. A `fault` has to be put right, a `note` may stay."""

    what: str
    state: Literal["ok", "note", "fault"]
    says: str
