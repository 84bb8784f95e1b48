"""Rows from the future, and rows that are merely newer."""

from typing import Any

from sqlalchemy import Engine, event, text

from repository.connect import connect
from repository.restamp import ALWAYS, heal
from tests.repository.makers import EVENT, NOON, run


def test_what_is_committed_meanwhile_is_new_and_not_known_since_always(engine: Engine, repository_url: str) -> None:
    other, written = connect(repository_url), list[int]()

    def meanwhile(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if statement.startswith("update") and not written:
            written.append(1)
            run(other, str(EVENT), id="meanwhile", at=NOON)

    event.listen(engine, "before_cursor_execute", meanwhile)
    assert heal(engine) == 0 and written
    with engine.connect() as c:
        stamp = c.execute(text("select recorded_in::text::bigint from repository.event")).scalar_one()
    assert stamp > ALWAYS
    other.dispose()
