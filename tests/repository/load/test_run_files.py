"""Files that are not what the mapping says: told, and nothing half done unless that is told, too."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from repository.load.errors import LoadError
from tests.repository.load.makers import TICKETS, loaded, stored, written

HEAD = "id,opened,closed,what,lat,lon\n"


def ticket(number: int) -> str:
    return f"{number},2026-05-01 08:00,,light,,\n"


def test_a_column_that_the_file_lacks_is_told_with_its_near_ones(engine: Engine, tmp_path: Path) -> None:
    path = written(tmp_path, "ID,Opened At,closed,what,lat,lon\n")
    with pytest.raises(LoadError) as e:
        loaded(engine, TICKETS, path)
    assert str(e.value).splitlines() == [
        f"{path}: there is no column 'id'; near: 'ID'",
        f"{path}: there is no column 'opened'; near: 'Opened At'",
    ]


def test_a_wrong_delimiter_is_told(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r'separated by semicolon: .file. delimiter = "semicolon"'):
        loaded(engine, TICKETS, written(tmp_path, HEAD.replace(",", ";")))


def test_a_file_that_can_t_be_used_leaves_nothing_of_the_others_behind(engine: Engine, tmp_path: Path) -> None:
    good, bad = written(tmp_path, HEAD + ticket(1)), written(tmp_path, "x,y\n1,2\n", "bad.csv")
    with pytest.raises(LoadError, match=r"bad\.csv: there is no column"):
        loaded(engine, TICKETS, good, bad)
    assert stored(engine, "select 1 from repository.feedback") == []


def test_a_file_cut_short_is_loaded_as_far_as_it_goes_and_named(engine: Engine, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + "".join(ticket(i) for i in range(5000)), pack=True)
    path.write_bytes(path.read_bytes()[:-2000])
    report = loaded(engine, TICKETS, path)
    assert 0 < report.written < 5000 and not report.ok
    assert report.faults[0].startswith(f"{path}: the gzip ends before its end")
