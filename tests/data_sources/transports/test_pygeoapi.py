"""A server that others wrote: pygeoapi, installed and started as its users do. Its Features page by links.

It serves no SensorThings of its own (it can only pass on another server's), so that is tried elsewhere.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.data_sources.transports.desk import feed, poll

COUNT = 57
CONFIGURATION = """
server:
  bind: {{host: 127.0.0.1, port: {port}}}
  url: http://127.0.0.1:{port}
  mimetype: application/json; charset=UTF-8
  encoding: utf-8
  languages: [en-US]
  limits: {{default_items: 10, max_items: 20}}
  map: {{url: "http://127.0.0.1/", attribution: none}}
logging: {{level: ERROR}}
metadata:
  identification: {{title: t, description: d, keywords: [k], keywords_type: theme, terms_of_service: x, url: "http://x"}}
  license: {{name: CC0, url: "http://x"}}
  provider: {{name: p, url: "http://x"}}
  contact: {{name: n, email: a@example.org, url: "http://x"}}
resources:
  levels:
    type: collection
    title: Levels
    description: Levels of a river
    keywords: [k]
    extents: {{spatial: {{bbox: [-180, -90, 180, 90], crs: "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}}}}
    providers: [{{type: feature, name: GeoJSON, data: {data}, id_field: id}}]
"""
LINES = """
standard = "table"
url = "http://127.0.0.1:{port}/collections/levels/items"
params = {{ limit = "20" }}
[mapping]
kind = "observations"
[mapping.columns]
sensor_id = "station"
observed_at = "at"
value = "level"
[mapping.defaults]
metric = "water_level"
"""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    programs = tmp_path / "venv" / "bin"
    subprocess.run([sys.executable, "-m", "venv", str(programs.parent)], check=True)
    installed = subprocess.run(
        [programs / "pip", "install", "-q", "pygeoapi"], capture_output=True, text=True, timeout=600, check=False
    )
    if installed.returncode:
        pytest.skip(f"pygeoapi can't be installed here: {installed.stderr.strip().splitlines()[-1:]}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    _write(tmp_path, number)
    told = {**os.environ, "PYGEOAPI_CONFIG": "config.yml", "PYGEOAPI_OPENAPI": "openapi.yml"}
    make = [programs / "pygeoapi", "openapi", "generate", "config.yml", "--output-file", "openapi.yml"]
    subprocess.run(make, cwd=tmp_path, env=told, check=True, capture_output=True, timeout=120)
    serve = [programs / "python", "-c", f"from pygeoapi.flask_app import APP; APP.run('127.0.0.1', {number})"]
    with subprocess.Popen(
        serve, cwd=tmp_path, env=told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait(number)
            yield number
        finally:
            server.kill()


def _write(folder: Path, port: int) -> None:
    features = [
        {
            "type": "Feature",
            "id": i,
            "geometry": {"type": "Point", "coordinates": [107.5 + i / 1000, 16.4]},
            "properties": {"station": f"s{i}", "at": "2026-11-23T07:00:00Z", "level": i / 10},
        }
        for i in range(COUNT)
    ]
    (folder / "data.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (folder / "config.yml").write_text(CONFIGURATION.format(port=port, data=folder / "data.geojson"))


def _wait(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("pygeoapi does not answer")


@pytest.mark.soak
def test_every_feature_of_pygeoapi_is_read_page_by_page(port: int) -> None:
    polled = poll(feed(LINES.format(port=port)))
    assert [len(a.body) > 0 for a in polled.answers] == [True, True, True]
    assert {r["sensor_id"] for r in polled.rows("observation")} == {f"s{i}" for i in range(COUNT)}
    assert all(r["latitude"] == 16.4 for r in polled.rows("observation"))
