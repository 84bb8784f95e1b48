import gzip
import os
from pathlib import Path

import pytest

from data_sources.engine.contract import SourceError
from data_sources.engine.declared import DeclaredError
from tests.data_sources.transports.desk import Place, feed, poll

LINES = """
standard = "table"
url = "drop/*.csv*"
[mapping]
kind = "observations"
timezone = "UTC"
[mapping.columns]
sensor_id = "s"
observed_at = "at"
value = "v"
[mapping.defaults]
metric = "rain"
"""


def put(folder: Path, name: str, *values: int, second: int = 0) -> None:
    path = folder / "drop" / name
    path.parent.mkdir(exist_ok=True)
    text = "s,at,v\n" + "".join(f"{name},2026-11-23T0{i}:00:00,{v}\n" for i, v in enumerate(values))
    path.write_bytes(gzip.compress(text.encode()) if name.endswith("gz") else text.encode())
    os.utime(path, (second, second))


def test_files_are_read_once_and_when_they_change_the_oldest_first(tmp_path: Path) -> None:
    place = Place()
    put(tmp_path, "b.csv", 1, 2, second=1)
    put(tmp_path, "a.csv.gz", 3, second=2)
    source = feed(LINES, place, tmp_path)
    assert [r["value"] for r in poll(source).rows("observation")] == [1, 2, 3]
    assert poll(feed(LINES, place, tmp_path)).answers == []
    put(tmp_path, "b.csv", 1, 2, 4, second=3)
    assert [r["value"] for r in poll(source).rows("observation")] == [1, 2, 4]


def test_what_was_not_stored_is_read_again_and_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    place = Place()
    put(tmp_path, "a.csv", 1)
    put(tmp_path, "b.csv", 2)
    source = feed(LINES, place, tmp_path)
    poll(source, stored=False)
    assert len(poll(source).answers) == 2
    (tmp_path / "drop" / "a.csv").unlink()
    put(tmp_path, "b.csv", 3, second=9)
    poll(source)
    assert [Path(p).name for p in place.kept["files"]] == ["b.csv"]


def test_a_folder_without_files_is_a_fault_unless_it_may_be_empty(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"there is no file drop/\*\.csv"):
        poll(feed(LINES, folder=tmp_path))
    assert poll(feed(LINES.replace("[mapping]", "needed = false\n[mapping]", 1), folder=tmp_path)).answers == []


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", 1)
    with pytest.raises(SourceError, match=r"a\.csv has 35 bytes; at most 10 are read"):
        poll(feed("max_bytes = 10" + LINES, folder=tmp_path))


def test_a_feed_of_no_file_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(DeclaredError, match="url: name a file"):
        feed(LINES.replace("drop/*.csv*", ""), folder=tmp_path)
