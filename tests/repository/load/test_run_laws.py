"""Laws of loads: any order, any repetition and any interruption end in the same table; numbers always add up."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from repository.load.run import load
from repository.stage import Stage
from tests.repository.load.makers import NOW, TICKETS, adds_up, loaded, mapping, stored, written

CELLS = st.sampled_from(
    ["", " ", "1", "2", "x", '"', "NaN", "95", "2026-05-01 08:00", "1980-01-01", "ü", "\x1b", "a,b"]
)
DIRTY = st.lists(st.lists(CELLS, min_size=4, max_size=7), max_size=15)
KEEP = (HealthCheck.function_scoped_fixture,)
HEAD = "id,opened,closed,what,lat,lon\n"
ROWS = "select feedback_id, received_at, closed_at, category from repository.feedback order by 1"


@settings(max_examples=25, suppress_health_check=KEEP, deadline=None)
@given(table=DIRTY)
def test_numbers_add_up_for_any_rubbish(engine: Engine, table: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), HEAD + "\n".join(",".join(row) for row in table))
        first = load(engine, mapping(TICKETS), [path], now=NOW)
        again = load(engine, mapping(TICKETS), [path], now=NOW)
    adds_up(first)
    adds_up(again)
    assert (again.read, again.rejected, again.written, again.updated) == (first.read, first.rejected, 0, 0)


TICKET = st.tuples(st.integers(1, 6), st.integers(1, 9), st.sampled_from(["", "light", "noise"]))


@settings(max_examples=25, suppress_health_check=KEEP, deadline=None)
@given(tickets=st.lists(TICKET, min_size=1, max_size=20), cuts=st.lists(st.integers(0, 20), max_size=3))
def test_however_rows_are_split_into_loads_the_table_ends_the_same(
    engine: Engine, tickets: list[tuple[int, int, str]], cuts: list[int]
) -> None:
    lines = [f"{i},2026-05-0{day} 08:00,,{what},,\n" for i, day, what in tickets]
    edges = [0, *sorted(min(c, len(lines)) for c in cuts), len(lines)]
    with tempfile.TemporaryDirectory() as folder:
        for a, b in pairwise(edges):
            adds_up(load(engine, mapping(TICKETS), [written(Path(folder), HEAD + "".join(lines[a:b]))], now=NOW))
    last = {str(i): (day, what or None) for i, day, what in tickets}
    found = {k: (at.day, what) for k, at, _, what in stored(engine, ROWS) if k in last}
    assert found == last


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_load_killed_between_batches_and_started_again_ends_the_same(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    path = written(tmp_path, HEAD + "".join(f"{i},2026-05-01 08:00,,light,,\n" for i in range(20_000)))
    whole = Stage.batches

    def killed(self: Stage, kept: int, size: int = 5_000) -> object:
        batches = whole(self, kept, size)
        for _ in range(after):
            yield next(batches)
        with engine.begin() as other:
            other.exec_driver_sql(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where pid <> pg_backend_pid() and datname = current_database()"
            )
        yield from batches

    with monkeypatch.context() as patched:
        patched.setattr(Stage, "batches", killed)
        with pytest.raises(Exception, match=r"terminat|closed|lost"):
            load(engine, mapping(TICKETS), [path], now=NOW)
    partly = stored(engine, "select count(*) from repository.feedback")[0][0]
    assert (partly > 0) == (after > 0) and partly < 20_000
    report = loaded(engine, TICKETS, path)
    assert (report.written, report.unchanged) == (20_000 - partly, partly)
    assert stored(engine, "select count(*), count(distinct feedback_id) from repository.feedback") == [(20_000, 20_000)]


def test_two_loads_of_the_same_rows_at_once_write_each_row_once(engine: Engine, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + "".join(f"{i},2026-05-01 08:00,,light,,\n" for i in range(5_000)))
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: loaded(engine, TICKETS, path), range(2)))
    assert sum(r.written for r in reports) == 5_000
    assert stored(engine, "select count(*) from repository.feedback") == [(5_000,)]
    assert stored(engine, "select count(*) from repository.feedback_history") == [(0,)]


def test_a_load_leaves_no_table_behind(engine: Engine, repository_url: str, tmp_path: Path) -> None:
    loaded(engine, TICKETS, written(tmp_path, HEAD + "1,2026-05-01,,x,,\n"))
    assert stored(engine, "select relname from pg_class where relname in ('load_copied', 'load_kept')") == []
    with psycopg.connect(repository_url.replace("+psycopg", "")) as connection:
        assert connection.execute("select count(*) from repository.feedback").fetchone() == (1,)
