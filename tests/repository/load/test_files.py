"""Files are known by what they hold; one that ends before its end gives what it has."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from repository.load.errors import CutShortError, LoadError
from repository.load.files import read
from repository.load.options import FileOptions
from tests.repository.load.makers import chunks, rows, written

POINT = {
    "type": "Feature",
    "id": 7,
    "properties": {"name": "A"},
    "geometry": {"type": "Point", "coordinates": [107.6, 16.5]},
}
AREA = {
    "type": "Feature",
    "properties": {"name": "B", "schematic": True},
    "geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]},
}


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("name", ["a.csv", "a.gz", "a.json", "a"])
def test_the_name_says_nothing(tmp_path: Path, name: str, pack: bool) -> None:
    assert rows(chunks(written(tmp_path, "a,b\n1,2\n", name, pack=pack))) == [{"a": "1", "b": "2"}]
    assert rows(chunks(written(tmp_path, '{"a": 1}\n{"a": "x"}\n', name, pack=pack))) == [{"a": "1"}, {"a": "x"}]


def test_several_gzips_in_a_row_are_one_file(tmp_path: Path) -> None:
    data = gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n") + b"\0\0"
    assert [r["a"] for r in rows(chunks(written(tmp_path, data)))] == ["1", "3"]


def test_a_gzip_cut_short_gives_its_whole_rows_and_says_so(tmp_path: Path) -> None:
    lines = "\n".join(f"{i},{i * i * 7919 % 1000003}" for i in range(20_000))
    data = gzip.compress(f"a,b\n{lines}\n".encode())
    path = written(tmp_path, data[: len(data) // 2])
    found = []
    with pytest.raises(
        CutShortError, match=r"the gzip ends before its end; the [0-9]+ whole rows before that were read"
    ):
        found.extend(rows([chunk]) for chunk in read(path, FileOptions(), ()))
    good = [r for some in found for r in some]
    assert len(good) > 1000
    assert good == [{"a": str(i), "b": str(i * i * 7919 % 1000003)} for i in range(len(good))]


def test_a_damaged_gzip_says_so(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(b"a,b\n" + b"1,2\n" * 1000))
    data[-6] ^= 0xFF
    with pytest.raises(CutShortError, match="gzip is damaged"):
        chunks(written(tmp_path, bytes(data)))


def test_a_gzip_that_unpacks_without_end_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(300):
            file.write(b"\0" * (1 << 20))
    with pytest.raises(LoadError, match=r"longer than 64 MB|no honest table"):
        chunks(path)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04xxxx", "an Excel or zip file"),
        (b"BZh91AY", "bzip2"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"<!DOCTYPE html><p>404", "web page"),
        (b"", "file is empty"),
        (b"PAR1 and nothing", "Parquet file can't be read"),
        (b'{"type": "FeatureCollection", "features": [', "not JSON"),
        (b"[1, 2", "not JSON"),
    ],
)
def test_what_is_no_table_is_told(tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(LoadError, match=says):
        chunks(written(tmp_path, data))


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="No such file"):
        chunks(tmp_path / "none.csv")
    with pytest.raises(LoadError, match="folder"):
        chunks(tmp_path)


def test_json_lines_refuse_what_is_no_object_and_go_on(tmp_path: Path) -> None:
    lines = ['{"a": 1, "b": {"c": [5, {"d": "x"}]}}', "{broken", '{"a": NaN}', "[1]", "", '{"a": 2}']
    path = written(tmp_path, "\n".join(lines))
    found = chunks(path, ("a", "b.c.1.d"))
    assert [(r["a"], r["b.c.1.d"]) for r in rows(found)] == [("1", "x"), ("2", None)]
    assert [(b.row, b.reason.split(":")[0]) for c in found for b in c.bad] == [
        (2, "not JSON"),
        (3, "NaN or infinity written as a number"),
        (4, "not an object"),
    ]


def test_a_column_that_no_json_row_has_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="no row has 'closed'; near: 'closed_at'"):
        chunks(written(tmp_path, '{"closed_at": 1}\n{"a": 2}\n'), ("closed",))


def test_json_nested_without_end_costs_a_row(tmp_path: Path) -> None:
    found = chunks(written(tmp_path, '{"a": 1}\n' + "[" * 100_000 + "\n" + '{"a": 2}\n', "x.jsonl"))
    assert len(rows(found)) == 2


def test_an_array_of_objects_is_a_table_too(tmp_path: Path) -> None:
    assert rows(chunks(written(tmp_path, '[{"a": 1}, {"a": null}]'))) == [{"a": "1"}, {"a": None}]


def test_features_bring_their_geometry(tmp_path: Path) -> None:
    collection = json.dumps({"type": "FeatureCollection", "features": [POINT, AREA]})
    a, b = rows(chunks(written(tmp_path, collection)))
    assert (a["name"], a["id"], a["latitude"], a["longitude"]) == ("A", "7", "16.5", "107.6")
    assert json.loads(b["geometry"])["schematic"] is True and b["latitude"] is None
    lines = rows(chunks(written(tmp_path, json.dumps(POINT) + "\n")))
    assert lines[0]["latitude"] == "16.5"


def test_coordinates_in_metres_are_told(tmp_path: Path) -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3405"}}
    with pytest.raises(LoadError, match="EPSG::3405; convert them to WGS 84"):
        chunks(written(tmp_path, json.dumps({"type": "FeatureCollection", "crs": crs, "features": [POINT]})))


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    moment = datetime(2026, 5, 14, 8, 7, 50, tzinfo=UTC)
    path = tmp_path / "x"
    parquet.write_table(pa.table({"at": [moment], "v": [1.5], "n": pa.array([None], type=pa.int32())}), path)
    assert rows(chunks(path)) == [{"at": moment, "v": 1.5, "n": None}]
