import threading
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.dialects.postgresql.base import ischema_names

from repository.connect import connect
from repository.errors import RepositoryError
from repository.migrate import current, downgrade, head, upgrade
from repository.tables import PgSnapshot, Xid8, metadata

MOMENT = datetime(2025, 10, 27, 13, tzinfo=UTC)


def test_the_database_is_as_the_tables_say(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, kind in {"xid8": Xid8, "pg_snapshot": PgSnapshot}.items():
        monkeypatch.setitem(ischema_names, name, kind)
    options = {"include_schemas": True, "include_name": lambda n, kind, _: kind != "schema" or n == "repository"}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={**options, "version_table_schema": "repository"})
        differences = compare_metadata(context, metadata)
    real = [d for d in differences if d[0] not in ("remove_index",) and "observation_default" not in str(d)]
    assert len(metadata.tables) >= 18
    assert real == []


def test_an_empty_database_comes_up_to_the_newest_revision(empty_url: str) -> None:
    engine = connect(empty_url)
    assert current(engine) is None
    upgrade(engine)
    assert current(engine) == head()
    upgrade(engine)
    assert current(engine) == head()
    engine.dispose()


def test_rows_of_the_previous_revision_survive_the_upgrade(empty_url: str) -> None:
    engine = connect(empty_url)
    upgrade(engine, "0001")
    with engine.begin() as c:
        c.execute(text("insert into repository.place (place_code, name) values ('1', 'Một')"))
        c.execute(
            text("insert into repository.observation values ('s', '1', 'pm2_5', :at, 5, 'µg/m³', '1')"), {"at": MOMENT}
        )
        c.execute(text("update repository.observation set value = 6"))
    upgrade(engine)
    with engine.connect() as c:
        assert c.execute(text("select name from repository.place")).scalars().all() == ["Một"]
        assert c.execute(text("select value from repository.observation")).scalars().all() == [6]
        assert c.execute(text("select value from repository.observation_history")).scalars().all() == [5]
    engine.dispose()


def test_it_goes_down_to_nothing_and_up_again(empty_url: str) -> None:
    engine = connect(empty_url)
    upgrade(engine)
    downgrade(engine, "base")
    upgrade(engine)
    assert current(engine) == head()
    engine.dispose()


def test_migrators_that_start_at_once_all_succeed(empty_url: str) -> None:
    failures: list[Exception] = []

    def migrate() -> None:
        engine = connect(empty_url)
        try:
            upgrade(engine)
        except Exception as e:  # noqa: BLE001  whatever it is fails the test below
            failures.append(e)
        finally:
            engine.dispose()

    threads = [threading.Thread(target=migrate) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    engine = connect(empty_url)
    assert failures == []
    assert current(engine) == head()
    engine.dispose()


def test_a_schema_of_a_newer_version_is_left_as_it_is_and_said_in_one_line(empty_url: str) -> None:
    engine = connect(empty_url)
    upgrade(engine)
    with engine.begin() as c:
        c.execute(text("update repository.alembic_version set version_num = '9999'"))
    with pytest.raises(RepositoryError, match="run the newer version"):
        upgrade(engine)
    assert current(engine) == "9999"
    engine.dispose()
