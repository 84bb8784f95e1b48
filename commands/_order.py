"""One report to be made, and what came of it, as they pass between the process that asks and the one that makes."""

import base64
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Order:
    """`url` of the repository and `key` (PKCS#12, base64) with `password` are secrets: they pass through a pipe only.

    `city` is a city file's name or path, `now` the city's clock, `fonts` the folder of the cut typeface.
    """

    url: str
    city: str
    week: str
    place: str | None
    locale: str
    now: str
    fonts: str
    key: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Order({self.city} {self.week} {self.place or 'city'} {self.locale})"

    def written(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def read(cls, text: bytes) -> "Order":
        return cls(**json.loads(text))

    @property
    def pkcs12(self) -> bytes:
        return base64.b64decode(self.key)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A whole report, and what the archive says of it; `unsigned_sha256` is of the file before it was signed."""

    pdf: bytes
    pages: int
    starts_at: datetime
    ends_at: datetime
    sha256: str
    unsigned_sha256: str
    snapshot_sha256: str
    signed_by: str | None


Fault = Literal["nothing", "mistake", "failed"]
"""There is nothing to report; it was asked for what there isn't; it went wrong, and may go right another time."""


def answer(made: Delivered) -> bytes:
    """A line of JSON, then the file."""
    said = {k: getattr(made, k) for k in Delivered.__slots__ if k != "pdf"}
    said |= {"starts_at": made.starts_at.isoformat(), "ends_at": made.ends_at.isoformat()}
    return json.dumps(said).encode() + b"\n" + made.pdf


def refusal(fault: Fault, message: str) -> bytes:
    return json.dumps({"fault": fault, "message": message}).encode() + b"\n"


def parsed(said: bytes) -> "Delivered | tuple[Fault, str] | None":
    """What the other process answered; None when it is no answer."""
    line, _, pdf = said.partition(b"\n")
    try:
        words = json.loads(line)
        if "fault" in words:
            return words["fault"], str(words["message"])
        times = {k: datetime.fromisoformat(words[k]) for k in ("starts_at", "ends_at")}
        return Delivered(pdf, **{**words, **times})
    except (ValueError, KeyError, TypeError):
        return None
