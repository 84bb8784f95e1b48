"""Files that pages load: small, kept by the browser as long as they hold, and from nobody else."""

import gzip
import re

import httpx

from tests.dashboards.serving import Running


def test_files_are_compressed_and_kept_for_ever_under_their_stamp(running: Running) -> None:
    page = httpx.get(running.url + "/").text
    (address,) = re.findall(r'src="(/assets/app\.js\?v=\w+)"', page)
    plain = httpx.get(running.url + address, headers={"Accept-Encoding": "identity"})
    small = httpx.get(running.url + address, headers={"Accept-Encoding": "gzip"})
    assert small.content == plain.content and int(small.headers["content-length"]) < len(plain.content) / 2
    assert small.headers["cache-control"] == "public, max-age=31536000, immutable"
    again = httpx.get(running.url + address, headers={"If-None-Match": small.headers["etag"]})
    assert again.status_code == 304 and not again.content
    assert httpx.get(running.url + "/assets/app.js").headers["cache-control"] == "no-cache"


def test_pages_and_answers_are_not_kept_by_the_browser(running: Running) -> None:
    for path in ("/", "/api/v1/indicators", "/readyz"):
        assert httpx.get(running.url + path).headers["cache-control"] == "no-store"


def test_the_maps_files_are_our_own(running: Running) -> None:
    style = httpx.get(running.url + "/geo/style.json?theme=light&v=abc")
    assert "http" not in style.text.replace(running.url, "") and "glyphs" not in style.json()
    assert style.json() != httpx.get(running.url + "/geo/style.json?theme=dark&v=abc").json()
    places = httpx.get(running.url + "/geo/places.json").json()["features"]
    assert len(places) == 40 and {f["geometry"]["type"] for f in places} <= {"Polygon", "MultiPolygon"}
    assert {f["properties"]["name"] for f in httpx.get(running.url + "/geo/labels.json").json()["features"]} >= {
        "Vỹ Dạ"
    }


def test_plotlys_script_is_sent_small(running: Running) -> None:
    address = "/_dash-component-suites/plotly/package_data/plotly.min.js"
    with httpx.stream("GET", running.url + address, headers={"Accept-Encoding": "gzip"}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert len(raw) < len(gzip.decompress(raw)) / 2
    assert answer.headers["cache-control"] == "no-cache" and answer.headers["etag"], "another version has the same name"


def test_dashs_scripts_are_kept_for_ever_under_their_versions(running: Running) -> None:
    page = httpx.get(running.url + "/").text
    addresses = re.findall(r'src="(/_dash-component-suites/[^"]+)"', page)
    assert len(addresses) > 4
    for address in addresses:
        assert "immutable" in httpx.get(running.url + address).headers["cache-control"]
