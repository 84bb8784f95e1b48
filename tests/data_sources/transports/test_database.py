"""Other people's databases: SQLite, and a PostgreSQL that is not our repository."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from data_sources.engine.contract import SourceError
from data_sources.engine.declared import DeclaredError
from tests.data_sources.transports.desk import NOW, Place, feed, poll

LINES = """
standard = "sql"
url = "{}"
query = "{}"
cursor = "id"
{}
[mapping]
kind = "feedback"
timezone = "Asia/Ho_Chi_Minh"
[mapping.columns]
feedback_id = "id"
received_at = "made"
summary = "said"
"""
SINCE = "select id, made, said from ticket where id > :cursor order by id"


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(tmp_path / "tickets.db")) as connection:
        connection.execute("create table ticket (id integer, made text, said blob)")
        yield connection


def add(connection: sqlite3.Connection, *numbers: int) -> None:
    rows = [(n, f"2026-11-23 0{n % 10}:00:00", f"no {n}") for n in numbers]
    connection.executemany("insert into ticket values (?, ?, ?)", rows)
    connection.commit()


def declared(tmp_path: Path, query: str = SINCE, more: str = "") -> str:
    return LINES.format(f"sqlite:///{tmp_path}/tickets.db", query, more)


def test_rows_since_the_cursor_are_read_in_batches_and_the_cursor_moves_with_them(
    lite: sqlite3.Connection, tmp_path: Path
) -> None:
    place = Place()
    add(lite, 1, 2, 3, 4, 5)
    source = feed(declared(tmp_path, more="batch = 2"), place)
    polled = poll(source)
    assert [len(a.body.splitlines()) for a in polled.answers] == [2, 2, 1]
    assert [r["feedback_id"] for r in polled.rows("feedback")] == list("12345")
    assert polled.rows("feedback")[0]["received_at"].isoformat() == "2026-11-22T18:00:00+00:00"
    assert place.kept == {"cursor": {"plain": 5}}
    assert poll(source).answers == []
    add(lite, 6)
    assert [r["feedback_id"] for r in poll(source).rows("feedback")] == ["6"]


def test_what_was_not_stored_is_read_again(lite: sqlite3.Connection, tmp_path: Path) -> None:
    add(lite, 1, 2, 3)
    source = feed(declared(tmp_path))
    poll(source, stored=False)
    assert len(poll(source).rows("feedback")) == 3


def test_rows_committed_later_than_their_number_says_are_found_by_the_overlap(
    lite: sqlite3.Connection, tmp_path: Path
) -> None:
    place = Place()
    add(lite, 1, 2, 5)
    source = feed(declared(tmp_path, more="overlap = 3"), place)
    poll(source)
    add(lite, 4)
    assert [r["feedback_id"] for r in poll(source).rows("feedback")] == ["4", "5"]
    assert place.kept == {"cursor": {"plain": 5}}


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("delete from ticket where id > :cursor returning id, made, said", "readonly|read-only|not authorized"),
        ("select id from nowhere where id > :cursor", "no such table: nowhere"),
        ("select made from ticket where id > :cursor", "no column id, which is its cursor"),
    ],
)
def test_a_query_can_only_read(lite: sqlite3.Connection, tmp_path: Path, query: str, told: str) -> None:
    add(lite, 1)
    with pytest.raises(SourceError, match=told):
        poll(feed(declared(tmp_path, query)))
    assert lite.execute("select count(*) from ticket").fetchone() == (1,)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (LINES.format("nonsense", SINCE, ""), "url: no address of a database"),
        (LINES.format("oracle+nothing://h/d", SINCE, ""), "url: (no address|the driver)"),
        (LINES.format("sqlite://", "select 1 as id", ""), "query: it does not ask by :cursor"),
    ],
)
def test_what_can_never_work_is_told_before_anything_is_read(lines: str, told: str) -> None:
    with pytest.raises(DeclaredError, match=told):
        feed(lines)


class TestPostgreSQL:
    """Theirs, in a database of its own without our schema."""

    @pytest.fixture
    def theirs(self, empty_url: str) -> Iterator[tuple[str, "psycopg.Connection[tuple[object, ...]]"]]:
        url = make_url(empty_url)
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute("create table ticket (id int, made timestamptz, said text)")
            connection.execute(
                "insert into ticket select n, %s + n * interval '1 s', 'x' from generate_series(1, 9) n", [NOW]
            )
            yield url.render_as_string(hide_password=False).replace("//postgres@/", "///"), connection

    def lines(self, url: str, query: str, more: str = "") -> str:
        login = 'auth = {kind = "basic", user = "postgres", secret = "tickets"}\n'
        moment = 'cursor = "made"\nstart = 1990-01-01T00:00:00Z\n'
        return LINES.format(url, query, login + more).replace('cursor = "id"\n', moment)

    def test_a_moment_is_a_cursor_with_a_span_of_overlap(self, theirs: tuple[str, object]) -> None:
        place = Place()
        query = "select id, made, said from ticket where made > :cursor order by made"
        source = feed(self.lines(theirs[0], query, 'overlap = "3 s"'), place, tickets="word-of-theirs")
        assert len(poll(source).rows("feedback")) == 9
        assert set(place.kept["cursor"]) == {"moment"}
        assert [r["feedback_id"] for r in poll(source).rows("feedback")] == ["7", "8", "9"]

    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("select id, made, said from ticket where made > :cursor for update", "read-only transaction"),
            ("select *, pg_sleep(20) from ticket where made > :cursor", "statement timeout"),
        ],
    )
    def test_a_query_can_only_read_and_not_for_ever(self, theirs: tuple[str, object], query: str, told: str) -> None:
        with pytest.raises(SourceError, match=told):
            poll(feed(self.lines(theirs[0], query, 'timeout = "1 s"'), tickets="word-of-theirs"))
