"""The example cities are files and mappings only, and work on their cities' real files."""

import os
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from city.answer import indicators
from city.city import picture
from city.config import load_city
from repository.load.agree import read_mapping
from repository.load.run import load
from repository.past import read
from repository.places import bring_places

ROOT = Path(__file__).parent.parent
EXAMPLES = sorted((ROOT / "examples").glob("*/*.toml"))
SHARED = Path(os.environ.get("IOC_SHARED_DATA") or ROOT.parent / "shared" / "data")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
REAL = [
    ("boston", "boston", {"311": "feedback/boston_311_2011H2.csv.gz"}, "2011-10-01T16:00", "feedback_open"),
    (
        "montgomery",
        "montgomery",
        {"911": "public_order/montgomery_pa_911_noheader.csv.gz"},
        "2018-11-15T23:00",
        "incidents_24h",
    ),
    (
        "vietnam-air",
        "vietnam",
        {
            "stations": "environment/vietnam_aqiin_stations.csv",
            "readings": "environment/vietnam_aqiin_measurements_2026-05.parquet",
        },
        "2026-05-22T06:00",
        "vn_aqi",
    ),
]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_every_example_is_a_city_or_a_mapping_in_order(path):
    if "code" in tomllib.loads(path.read_text("utf-8")):
        assert load_city(str(path)).path == path
    else:
        assert read_mapping(path).kind
    assert len(EXAMPLES) > 5


@pytest.mark.parametrize(("folder", "name", "files", "at", "code"), REAL, ids=[r[0] for r in REAL])
def test_another_city_needs_no_change_to_the_program(engine, folder, name, files, at, code):
    if not SHARED.exists():
        pytest.skip(f"the real files are not here: {SHARED} (IOC_SHARED_DATA names their folder)")
    city = load_city(str(ROOT / "examples" / folder / f"{name}.toml"))
    bring_places(engine, city, NOW)
    for mapping, file in files.items():
        report = load(engine, read_mapping(ROOT / "examples" / folder / f"{mapping}.toml"), [SHARED / file], now=NOW)
        assert report.written > 0.9 * report.read
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    rows = indicators(picture(city, read(engine, moment), moment))["indicators"]
    mine = [r for r in rows if r["code"] == code]
    assert mine[0]["place"] is None and mine[0]["value"] > 0
    assert sum(r["value"] is not None for r in mine) > 10
