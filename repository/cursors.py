"""How far each feed has come in what it reads, so that any replica goes on from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import SQLAlchemyError

from city.clock import Clock
from repository.connect import unreachable

_LOAD = text("select place from repository.feed_cursor where source = :source")
_SAVE = text("""
insert into repository.feed_cursor (source, place, saved_at) values (:source, :place, :at)
on conflict (source) do update set place = excluded.place, saved_at = excluded.saved_at
""").bindparams(bindparam("place", type_=JSONB))


@dataclass(frozen=True, slots=True)
class FeedCursor:
    """One feed's place, as its source wrote it. Raises RepositoryError."""

    engine: Engine
    source: str
    clock: Clock

    def load(self) -> dict[str, Any]:
        try:
            with self.engine.connect() as connection:
                found = connection.execute(_LOAD, {"source": self.source}).scalar_one_or_none()
        except SQLAlchemyError as e:
            raise unreachable(self.engine, e) from e
        return dict(found or {})

    def save(self, place: Mapping[str, Any]) -> None:
        values = {"source": self.source, "place": dict(place), "at": self.clock.now()}
        try:
            with self.engine.begin() as connection:
                connection.execute(_SAVE, values)
        except SQLAlchemyError as e:
            raise unreachable(self.engine, e) from e
