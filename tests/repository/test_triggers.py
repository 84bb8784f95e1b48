"""What any writer's plain SQL leaves behind: stamps, history and a word to those who listen."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from city.batch import KEYS, TIMES
from repository.connect import connect
from repository.partitions import ensure

NOON = datetime(2025, 10, 27, 12, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def agency(engine: Engine, repository_url: str) -> Iterator[Engine]:
    """An agency's own login: it may write rows, and owns nothing."""
    with engine.begin() as c:
        c.execute(text("do $$ begin create role agency login; exception when duplicate_object then null; end $$"))
        c.execute(text("grant usage on schema repository to agency"))
        c.execute(text("grant select, insert, update, delete on all tables in schema repository to agency"))
        c.execute(text("revoke insert, update, delete on repository.event_history from agency"))
    made = connect(make_url(repository_url).set(username="agency").render_as_string())
    yield made
    made.dispose()


def event(engine: Engine, sql: str, **values: object) -> None:
    with engine.begin() as c:
        c.execute(text(sql), values)


def rows(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as c:
        return [tuple(r) for r in c.execute(text(query))]


ADD = "insert into repository.event (source, event_id, status) values ('s', :id, :status)"
UPSERT = (
    "insert into repository.event (source, event_id, status) values ('s', '1', 'open')"
    " on conflict (source, event_id) do update set status = excluded.status, domain = excluded.domain"
)
HISTORY = (
    "select event_id, status, operation, recorded_in < replaced_in from repository.event_history order by replaced_at"
)


def test_every_table_is_stamped_with_its_transaction(engine: Engine) -> None:
    with engine.begin() as c:
        for table, key in KEYS.items():
            columns, values = ", ".join(key), ", ".join("'2025-10-27Z'" if k in TIMES else "'x'" for k in key)
            c.execute(text(f"insert into repository.{table} ({columns}) values ({values})"))
        for table in KEYS:
            query = "select recorded_in = pg_current_xact_id(), recorded_at between now() and clock_timestamp() from "
            assert c.execute(text(f"{query} repository.{table}")).one() == (True, True)


def test_a_writer_cannot_choose_its_stamps(agency: Engine) -> None:
    columns = "source, event_id, recorded_at, recorded_in"
    event(agency, f"insert into repository.event ({columns}) values ('s', '1', :at, '5')", at=LONG_AGO)
    event(agency, "update repository.event set recorded_at = :at, recorded_in = '5', status = 'x'", at=LONG_AGO)
    assert rows(
        agency, "select recorded_in > '5', recorded_at > now() - interval '1 minute' from repository.event"
    ) == [(True, True)]


@pytest.mark.parametrize("setting", ["repository.recorded_at", "repository.backdate", "repository.keep_stamps"])
def test_only_the_owner_may_backdate(agency: Engine, engine: Engine, setting: str) -> None:
    value = {"repository.recorded_at": LONG_AGO.isoformat(), "repository.backdate": "row"}.get(setting, "on")
    insert = "insert into repository.event (source, event_id, recorded_at) values ('s', :id, :at)"
    for who, name in ((agency, "theirs"), (engine, "ours")):
        with who.begin() as c:
            c.execute(text(f"set local {setting} = '{value}'"))
            c.execute(text(insert), {"id": name, "at": LONG_AGO})
    backdated = rows(engine, "select event_id from repository.event where recorded_at < now() - interval '1 year'")
    assert backdated == [("ours",)]


def test_backdating_ends_with_its_transaction(engine: Engine) -> None:
    with engine.begin() as c:
        c.execute(text("set local repository.recorded_at = '2020-01-01Z'"))
        c.execute(text(ADD), {"id": "1", "status": "a"})
    event(engine, ADD, id="2", status="a")
    assert rows(engine, "select event_id from repository.event where recorded_at = '2020-01-01Z'") == [("1",)]


def test_nobody_records_in_the_future(engine: Engine) -> None:
    with engine.begin() as c:
        c.execute(text("set local repository.recorded_at = '2999-01-01Z'"))
        c.execute(text(ADD), {"id": "1", "status": "a"})
    assert rows(engine, "select recorded_at <= now() from repository.event") == [(True,)]


def test_an_update_keeps_what_was_replaced(agency: Engine, engine: Engine) -> None:
    event(agency, ADD, id="1", status="open")
    event(agency, "update repository.event set status = 'closed'")
    assert rows(engine, HISTORY) == [("1", "open", "UPDATE", True)]
    joined = "from repository.event e join repository.event_history h using (event_id)"
    abutting = f"select h.replaced_at = e.recorded_at, h.replaced_in = e.recorded_in {joined}"
    assert rows(engine, abutting) == [(True, True)]


def test_who_writes_rows_cannot_forge_the_past(agency: Engine) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        event(agency, "insert into repository.event_history (source, event_id) values ('s', '1')")


@pytest.mark.parametrize(
    "sql",
    [
        "update repository.event set status = 'open', closed_at = null",
        UPSERT,
    ],
)
def test_an_update_that_changes_nothing_does_nothing(engine: Engine, sql: str) -> None:
    event(engine, ADD, id="1", status="open")
    before = rows(engine, "select ctid::text, xmin::text, recorded_in::text, recorded_at from repository.event")
    event(engine, sql)
    assert rows(engine, "select ctid::text, xmin::text, recorded_in::text, recorded_at from repository.event") == before
    assert rows(engine, HISTORY) == []


def test_a_delete_leaves_a_tombstone(engine: Engine) -> None:
    event(engine, ADD, id="1", status="open")
    event(engine, "delete from repository.event")
    assert rows(engine, HISTORY) == [("1", "open", "DELETE", True)]


def test_a_changed_key_is_a_tombstone_of_the_old_one(engine: Engine) -> None:
    event(engine, ADD, id="1", status="open")
    event(engine, "update repository.event set event_id = '2'")
    assert rows(engine, HISTORY) == [("1", "open", "DELETE", True)]


def test_a_reading_moved_to_another_partition_leaves_one_tombstone(engine: Engine) -> None:
    ensure(engine, NOON, NOON + timedelta(days=31))
    event(engine, "insert into repository.observation values ('s', '1', 'rain', :at, 5)", at=NOON)
    event(engine, "update repository.observation set observed_at = observed_at + interval '20 days'")
    kept = "select observed_at = :at, operation from repository.observation_history"
    with engine.connect() as c:
        assert c.execute(text(kept), {"at": NOON}).all() == [(True, "DELETE")]
        assert c.execute(text("select count(*) from repository.observation")).scalar_one() == 1


def test_rows_written_to_a_partition_itself_are_stamped_and_kept(engine: Engine) -> None:
    ensure(engine, NOON, NOON)
    event(engine, "insert into repository.observation_2025_10 (source, sensor_id, metric, observed_at, recorded_in)"
                  " values ('s', '1', 'rain', :at, '5')", at=NOON)  # fmt: skip
    event(engine, "delete from repository.observation_2025_10")
    assert rows(engine, "select recorded_in > '5', operation from repository.observation_history") == [(True, "DELETE")]


@pytest.mark.parametrize("table", ["event", "observation", "observation_default", "observation_2025_10"])
def test_truncate_is_refused_since_nobody_would_see_it(engine: Engine, table: str) -> None:
    ensure(engine, NOON, NOON)
    with pytest.raises(DBAPIError, match="unseen"):
        event(engine, f"truncate repository.{table}")


def test_moments_nobody_can_read_are_refused(engine: Engine) -> None:
    with pytest.raises(DBAPIError, match="event_moments"):
        event(engine, "insert into repository.event (source, event_id, closed_at) values ('s', '1', 'infinity')")


@pytest.mark.parametrize("sql", [ADD, "update repository.event set status = 'x'", "delete from repository.event"])
def test_every_statement_is_announced_once_a_transaction(engine: Engine, repository_url: str, sql: str) -> None:
    event(engine, ADD, id="0", status="open")
    url = make_url(repository_url).set(drivername="postgresql").render_as_string()
    with psycopg.connect(url, autocommit=True) as listener:
        listener.execute("listen repository")
        with engine.begin() as c:
            c.execute(text(sql), {"id": "1", "status": "open"})
            c.execute(text("update repository.event set status = 'y'"))
        told = [n.payload for n in listener.notifies(timeout=2, stop_after=1)]
        told += [n.payload for n in listener.notifies(timeout=0.1)]
    assert told == [""]
