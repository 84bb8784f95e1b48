"""What the feeds of all transports share: the card, and a pure reader of one answer."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from data_sources.engine.contract import Answer, DataSource, Found, SourceInfo
from data_sources.engine.declared import Declared
from data_sources.engine.means import Means
from data_sources.standards.dialect import Decode

Read = Callable[[Answer], Iterable[Found]]
"""One answer as records. Pure."""


class Options(BaseModel):
    """Keys of a feed that are its transport's own; one that it does not know is a mistake, not a wish."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Feed(DataSource):
    """A declared feed. `place` is where it goes on, as its cursor kept it."""

    def __init__(self, declared: Declared, means: Means, read: Read) -> None:
        self.declared, self.means, self._read = declared, means, read

    @property
    def info(self) -> SourceInfo:
        return self.declared.info

    def parse(self, answer: Answer) -> Iterable[Found]:
        return self._read(answer)

    def place(self) -> dict[str, Any]:
        return self.means.cursor.load()

    def since(self, otherwise: datetime) -> datetime:
        """The newest that is in the repository, by the cursor."""
        kept = self.place().get("newest")
        return datetime.fromisoformat(kept) if isinstance(kept, str) else otherwise

    def advance(self, newest: datetime | None) -> None:
        """Never back: pages need not come in the order of their times."""
        kept = self.place().get("newest")
        if newest and (not isinstance(kept, str) or datetime.fromisoformat(kept) < newest):
            self.means.cursor.save({**self.place(), "newest": newest.isoformat()})


def decoding(declared: Declared, decode: Decode) -> Read:
    """A standard's decoder in the feed's dialect."""
    return lambda answer: decode(answer.body, declared.dialect, answer.received_at)
