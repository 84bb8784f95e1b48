import io
import json
from collections.abc import Callable

import pyarrow as pa
import pytest
from pyarrow import parquet

from data_sources.engine.contract import Rejected, Row, SourceError
from data_sources.engine.declared import DeclaredError
from tests.data_sources.transports.desk import Place, again, feed, poll
from tests.data_sources.transports.server import Asked, Reply, serving

MAPPING = """
[mapping]
kind = "observations"
timezone = "Asia/Ho_Chi_Minh"
[mapping.columns]
sensor_id = "station"
observed_at = "at"
value = "level"
latitude = "lat"
longitude = "lon"
[mapping.defaults]
metric = "water_level"
"""
LINES = 'standard = "table"\nurl = "{}/levels"\n'
ROWS = [
    {"station": "Kim Long", "at": "2026-11-23 07:00", "level": "3.51", "lat": "16.46", "lon": "107.57"},
    {"station": "Phu Oc", "at": "2026-11-23 07:10", "level": "high", "lat": "16.5", "lon": "107.4"},
]


def as_csv() -> bytes:
    return ("\n".join([";".join(ROWS[0]), *(";".join(r.values()) for r in ROWS)])).encode()


def as_parquet() -> bytes:
    out = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(ROWS), out)
    return out.getvalue()


def as_features() -> bytes:
    points = [{"type": "Point", "coordinates": [float(r["lon"]), float(r["lat"])]} for r in ROWS]
    features = [
        {"type": "Feature", "geometry": p, "properties": {k: r[k] for k in ("station", "at", "level")}}
        for r, p in zip(ROWS, points, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


BODIES: dict[str, tuple[bytes, str]] = {
    "CSV": (as_csv(), '[mapping.file]\ndelimiter = ";"\nformat = "csv"'),
    "JSON": (json.dumps(ROWS).encode(), ""),
    "JSON Lines": ("\n".join(map(json.dumps, ROWS)).encode(), ""),
    "Parquet": (as_parquet(), ""),
}


@pytest.mark.parametrize("name", [*BODIES, "GeoJSON"])
def test_a_table_of_any_format_becomes_rows_and_what_is_refused_can_be_read_again(name: str) -> None:
    body, options = BODIES.get(name, (as_features(), ""))
    mapping = MAPPING.replace('latitude = "lat"\nlongitude = "lon"\n', "") if name == "GeoJSON" else MAPPING
    with serving(lambda asked, url: (200, {"content-type": "application/octet-stream"}, body)) as server:
        source = feed(LINES.format(server.url) + mapping + options)
        polled = poll(source)
    (row,), (reason,) = polled.rows("observation"), polled.reasons
    assert (row["sensor_id"], row["metric"], row["value"]) == ("Kim Long", "water_level", 3.51)
    assert row["observed_at"].isoformat() == "2026-11-23T00:00:00+00:00"
    assert (row["latitude"], row["longitude"]) == (16.46, 107.57)
    assert reason == "value 'high' is not a number"
    (refused,) = [f for f in polled.found if isinstance(f, Rejected)]
    assert [f.reason for f in again(source, refused) if isinstance(f, Rejected)] == [reason]
    (good,) = [f for f in polled.found if isinstance(f, Row)]
    assert again(source, good) == [good]


def test_pages_of_a_collection_are_followed_by_its_links() -> None:
    """OGC API Features names the next page in the collection itself."""

    def respond(asked: Asked, url: str) -> Reply:
        page = int(asked.query.get("offset", "0"))
        found = json.loads(as_features())
        for i, f in enumerate(found["features"]):
            f["properties"] |= {"station": f"s{page}-{i}", "level": 1}
        found["links"] = [{"rel": "self", "href": url}]
        if page < 3:
            found["links"].append({"rel": "next", "href": f"{url}/levels?offset={page + 1}"})
        return 200, {"content-type": "application/geo+json"}, json.dumps(found).encode()

    place = Place()
    with serving(respond) as server:
        source = feed(LINES.format(server.url) + MAPPING.replace('latitude = "lat"\nlongitude = "lon"\n', ""), place)
        assert len(poll(source).rows("observation")) == 8
        assert len(poll(source).rows("observation")) == 8  # that the first page is as it was says nothing of the others
    assert place.kept == {}


def test_a_table_that_did_not_change_is_not_read_again() -> None:
    with serving(lambda asked, url: (200, {"content-type": "text/csv"}, as_csv())) as server:
        source = feed(LINES.format(server.url) + MAPPING + '[mapping.file]\ndelimiter = ";"')
        assert [len(poll(source).answers) for _ in range(2)] == [1, 0]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"result": {"records": 3}}', "what lies at result.records is no list of rows"),
        (b"<html><body>Bad gateway</body></html>", "web page"),
        (b'{"result": ', "not JSON"),
    ],
)
def test_an_answer_without_the_list_is_of_no_use(body: bytes, told: str) -> None:
    with (
        serving(lambda asked, url: (200, {"content-type": "application/json"}, body)) as server,
        pytest.raises(SourceError, match=told),
    ):
        poll(feed(LINES.format(server.url) + 'rows = "result.records"' + MAPPING))


def test_a_number_that_is_none_costs_its_own_row() -> None:
    body = b'{"records": [{"station": "a", "at": "2026-11-23", "level": NaN}, ' + json.dumps(ROWS[0]).encode() + b"]}"
    with serving(lambda asked, url: (200, {"content-type": "application/json"}, body)) as server:
        polled = poll(feed(LINES.format(server.url) + 'rows = "records"' + MAPPING))
    assert len(polled.rows("observation")) == len(polled.reasons) == 1


def test_a_list_inside_an_answer_is_found() -> None:
    body = json.dumps({"success": True, "result": {"records": ROWS}}).encode()
    with serving(lambda asked, url: (200, {"content-type": "application/json"}, body)) as server:
        source = feed(LINES.format(server.url) + 'rows = "result.records"' + MAPPING)
        polled = poll(source)
    assert len(polled.rows("observation")) == 1
    (refused,) = [f for f in polled.found if isinstance(f, Rejected)]
    assert [type(f) for f in again(source, refused)] == [Rejected]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda m: m.replace("water_level", "x").replace("value =", "valeu ="), r"mapping: .*valeu"),
        (lambda m: 'mapping = "nowhere.toml"', r"mapping: .*nowhere\.toml"),
        (lambda m: m.replace("[mapping]", "rowz = 1\n[mapping]"), "rowz: there is no such key"),
        (lambda m: "", "mapping: Field required"),
    ],
)
def test_a_mapping_that_is_wrong_is_told_before_anything_is_read(change: Callable[[str], str], told: str) -> None:
    with pytest.raises(DeclaredError, match=rf"city\.toml: feed test: {told}"):
        feed('standard = "table"\nurl = "http://127.0.0.1/"\n' + change(MAPPING))
