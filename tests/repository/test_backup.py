"""A backup restored into another cluster: the same rows, the same times, and nothing seen twice."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from repository.backup import backup, restore
from repository.connect import connect
from repository.errors import RepositoryError
from repository.look import first_look, news
from repository.server import embedded
from repository.tables import HISTORY, TABLES
from tests.repository.makers import EVENT, NOON, ids, observe, run, seen


class Killed(BaseException):
    """As SIGKILL ends the command, but not what it started."""


@pytest.fixture
def elsewhere() -> Iterator[Engine]:
    """An empty database in a cluster of its own, whose transactions have hardly begun."""
    directory = Path(tempfile.mkdtemp(prefix="ioc-restore-"))
    directory.chmod(0o711)
    try:
        with embedded(directory, {"fsync": "off"}) as url:
            engine = connect(url)
            yield engine
            engine.dispose()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def sums(engine: Engine) -> dict[str, tuple[int, str]]:
    """Rows and a checksum of every table and its history, stamps of transactions aside."""
    found = {}
    with engine.connect() as c:
        for table in (*TABLES.values(), *HISTORY.values()):
            columns = ", ".join(x.name for x in table.columns if x.name not in ("recorded_in", "replaced_in"))
            rows = f"(select {columns} from {table.fullname}) r"
            asked = f"select count(*), md5(coalesce(string_agg(r::text, '|' order by r::text), '')) from {rows}"
            found[table.name] = tuple(c.execute(text(asked)).one())
    return found  # type: ignore[return-value]


def test_a_restored_repository_is_the_same_and_nothing_is_seen_twice(
    engine: Engine, elsewhere: Engine, tmp_path: Path
) -> None:
    for i in range(40):
        observe(engine, NOON - timedelta(minutes=i), value=i, sensor=str(i % 3))
        run(engine, str(EVENT), id=f"e{i}", at=NOON - timedelta(hours=1))
    run(engine, "update repository.event set severity = 2 where event_id < 'e2'")
    run(engine, "delete from repository.event where event_id = 'e9'")
    backup(engine, tmp_path / "b")
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0
    restore(elsewhere, tmp_path / "b")
    assert sums(elsewhere) == sums(engine)
    assert sums(engine)["event"][0] == 39 and sums(engine)["event_history"][0] > 1
    batch, look = first_look(elsewhere, NOON)
    assert len(ids(batch)) == 39 and len(seen(batch)) == 40
    batch, look = news(elsewhere, look, NOON)
    assert not batch, "what was restored is no news"
    run(elsewhere, str(EVENT), id="after", at=NOON)
    batch, look = news(elsewhere, look, NOON)
    assert ids(batch) == ["after"]
    assert not news(elsewhere, look, NOON)[0]


def test_a_backup_overwrites_nothing_and_a_restore_neither(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("something")
    with pytest.raises(RepositoryError, match="there already"):
        backup(engine, tmp_path / "there")
    backup(engine, tmp_path / "new")
    with pytest.raises(RepositoryError, match="already: restore into an empty one"):
        restore(engine, tmp_path / "new")
    with pytest.raises(RepositoryError, match="no file"):
        restore(engine, tmp_path / "absent")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new", "there"]


def test_what_a_killed_backup_goes_on_writing_is_in_no_later_ones_way(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def dump(_tool: str, _engine: Engine, *words: str) -> None:
        written.append(next(w for w in words if w.startswith("--file=")))
        Path(written[-1].removeprefix("--file=")).write_text("half")
        raise Killed

    monkeypatch.setattr("repository.backup._run", dump)
    for _ in range(2):
        with pytest.raises(Killed):
            backup(engine, tmp_path / "b")
    assert len(set(written)) == 2, "each try has a file of its own"
    assert not (tmp_path / "b").exists()


def test_what_is_no_backup_is_refused_and_leaves_nothing(empty_url: str, tmp_path: Path) -> None:
    engine = connect(empty_url)
    (tmp_path / "junk").write_bytes(b"no backup")
    with pytest.raises(RepositoryError, match="pg_restore failed"):
        restore(engine, tmp_path / "junk")
    with engine.connect() as c:
        assert c.execute(text("select count(*) from pg_namespace where nspname = 'repository'")).scalar_one() == 0
    engine.dispose()
