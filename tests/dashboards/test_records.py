"""A number and the list it leads to are the same rows, in every place, on every page that shows it."""

import csv
import io
import re
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import orjson
import pytest

from city.indicators import registry
from city.snapshot import Snapshot
from dashboards.kit import panels, record_file, record_list, records
from dashboards.kit.contract import View
from dashboards.kit.discover import discover
from dashboards.kit.language import languages
from tests.city.test_indicator import shot
from tests.dashboards import scenes
from tests.dashboards.serving import hub, serving

ENGLISH = languages(scenes.HUE.zone)["en"]
SHOT = shot(11)
FLOOD = scenes.flooded()
PAGES = discover()
NUMBER = re.compile(r"^\d[\d,]*$")


def view(snapshot: Snapshot, **choice: str) -> View:
    return View(snapshot, snapshot.places.city, ENGLISH, choice)


def count(snapshot: Snapshot, **choice: str) -> int:
    found = records.find(view(snapshot, **choice))
    assert found is not None
    return len(found.rows)


@pytest.mark.parametrize("code", [c for c, i in registry().items() if i.made_of])
def test_a_list_is_as_long_as_its_number(code: str) -> None:
    for slot in range(SHOT.places.slots):
        number = SHOT.number(code, slot)
        long = number.value if number.volume is None else number.volume
        assert count(SHOT, indicator=code, place=SHOT.places.code(slot) or "") == long


def links(snapshot: Snapshot, key: str) -> list[tuple[str, str]]:
    """Every number of a page's panels that leads to a list: what is written, and where it leads."""
    out: list[tuple[str, str]] = []

    def walk(part: Any) -> None:
        if isinstance(part, list):
            for p in part:
                walk(p)
        elif isinstance(part, dict):
            props = part.get("props", {})
            if str(props.get("href", "")).startswith("/records?") and isinstance(props.get("children"), str):
                out.append((props["children"], props["href"]))
            walk(props.get("children"))

    for drawn in panels.drawn(PAGES[key], view(snapshot)).components.values():
        walk(orjson.loads(drawn))
    return out


@pytest.mark.parametrize(
    ("key", "least"), [("feedback", 60), ("public_order", 60), ("services", 15), ("indicators", 5)]
)
def test_every_count_on_a_page_is_the_length_of_the_list_it_leads_to(key: str, least: int) -> None:
    seen = 0
    for snapshot in (SHOT, FLOOD):
        for written, href in links(snapshot, key):
            words = dict(parse_qsl(urlsplit(href).query))
            indicator = registry().get(words["indicator"])
            if not NUMBER.match(written) or (indicator and indicator.unit != "count" and "%" in indicator.unit):
                assert records.find(view(snapshot, **words)) is not None
                continue
            assert count(snapshot, **words) == int(written.replace(",", "")), href
            seen += 1
    assert seen > least


def test_the_oldest_come_first_and_pages_hold_every_row_once() -> None:
    found = records.find(view(SHOT, indicator="feedback_open"))
    assert found is not None and found.pages > 1
    times = SHOT.tables["feedback"]["received_at"][found.rows]
    assert all(a <= b for a, b in pairwise(times))
    paged = [int(i) for n in range(1, found.pages + 1) for i in found.page(n)]
    assert paged == found.rows.tolist() and len(found.page(1)) == records.PER_PAGE


@pytest.mark.parametrize(
    "words",
    [{}, {"indicator": "vn_aqi"}, {"indicator": "feedback_net_flow_7d"}, {"indicator": "feedback_open", "place": "no"}],
)
def test_what_no_list_has_is_said(words: dict[str, str]) -> None:
    assert records.find(view(SHOT, **words)) is None
    drawn = panels.as_json(record_list.draw(view(SHOT, **words))).decode()
    assert ("No list of rows" in drawn) == bool(words)
    assert "/records?indicator=feedback_open" in drawn and "/records?indicator=incidents_open" in drawn
    assert record_file.written(view(SHOT, **words)) is None


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("age", "99"),
        ("age", "x"),
        ("severity", "²"),
        ("day", "soon"),
        ("hour", "-1"),
        ("page", "9" * 30),
        ("agency", "'"),
    ],
)
def test_odd_words_choose_nothing_and_break_nothing(name: str, word: str) -> None:
    asked = view(SHOT, indicator="feedback_open", **{name: word})
    assert record_list.draw(asked)
    found = records.find(asked)
    assert found is not None and (name in ("page", "severity", "hour") or not len(found.rows))


def test_what_had_not_happened_is_not_shown() -> None:
    found = records.find(view(SHOT, indicator="feedback_open"))
    assert found is not None
    assert {record_list.cell(view(SHOT), found, int(i), "closed_at") for i in found.rows} == {None}


def test_nobodys_words_and_no_coordinates_are_listed() -> None:
    for indicator in ("feedback_open", "incidents_open"):
        asked = view(FLOOD, indicator=indicator)
        text = orjson.dumps(record_list.draw(asked), default=panels._component).decode() + str(
            record_file.written(asked)
        )
        assert "onmouseover" not in text and "latitude" not in text and "summary" not in text


def hostile() -> Snapshot:
    rows = scenes.rows()
    words = rows.changes["feedback"].rows["category"]
    words[:] = "\u202e=HYPERLINK(1)\n<b>"
    rows.changes["feedback"].rows["agency"][:] = "@SUM(1)"
    return scenes.picture(scenes.HUE, rows, scenes.EVENING)


def test_a_file_for_spreadsheets_holds_no_formula_and_turns_no_text() -> None:
    text = record_file.written(view(hostile(), indicator="feedback_open"))
    assert text is not None and "\u202e" not in text
    sheet = list(csv.DictReader(io.StringIO(text)))
    assert len(sheet) > 50
    assert {r["category"] for r in sheet} == {"'=HYPERLINK(1) <b>"} and {r["agency"] for r in sheet} == {"'@SUM(1)"}
    assert all(r["received_at"].endswith("+07:00") and r["closed_at"] == "" for r in sheet)


def test_text_from_outside_stays_text_on_the_page() -> None:
    drawn = orjson.loads(
        orjson.dumps(record_list.draw(view(hostile(), indicator="feedback_open")), default=panels._component)
    )
    cells = list(re.findall(r"'children': '([^']*HYPERLINK[^']*)'", str(drawn)))
    assert cells and set(cells) == {"=HYPERLINK(1) <b>"}


def test_a_filter_and_its_rest_make_the_whole() -> None:
    whole = count(SHOT, indicator="feedback_on_time_rate_30d")
    parts = [count(SHOT, indicator="feedback_on_time_rate_30d", hit=h) for h in ("yes", "no")]
    assert sum(parts) == whole and min(parts) > 0
    ages = [count(SHOT, indicator="incidents_open", age=str(n)) for n in range(5)]
    assert sum(ages) == count(SHOT, indicator="incidents_open")


def test_the_file_is_served_at_any_moment_and_mistakes_are_said() -> None:
    fed = hub(past=lambda at, known: SHOT)
    fed.publish(FLOOD)
    with serving(fed) as running, httpx.Client(base_url=running.url) as client:
        now = client.get("/records.csv?indicator=feedback_open&place=19753")
        assert now.headers["content-type"] == "text/csv; charset=utf-8" and now.text.startswith("\ufefffeedback_id,")
        assert now.text.count("\n") - 1 == FLOOD.number("feedback_open", 0).value
        then = client.get("/records.csv?indicator=feedback_open&at=2026-05-20T12:00")
        assert then.text.count("\n") - 1 == SHOT.number("feedback_open", SHOT.places.city).value
        assert client.get("/records.csv?indicator=vn_aqi").status_code == 404
        assert client.get("/records.csv?indicator=feedback_open&at=soon").status_code == 400
