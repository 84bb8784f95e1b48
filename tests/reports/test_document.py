import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from city.freshness import FRESH
from city.indicators import registry
from city.level import UNKNOWN
from dashboards.kit import city_map
from dashboards.kit.contract import View
from dashboards.kit.tile import record
from reports.charts import week_line
from reports.cover import moved
from reports.document import digest, document, frozen
from reports.domain import DRAWN, MAPPED
from reports.wards import places
from tests.reports.conftest import scope

ROOT = Path(__file__).parent.parent.parent


def blocks(made: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    def within(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for b in found:
            if b["kind"] == kind:
                yield b
            yield from within(b.get("blocks", []))

    for section in made["sections"]:
        yield from within(section["blocks"])


def figures(made: dict[str, Any]) -> list[list[str]]:
    """Rows of the domains' own tables: one an indicator."""
    return [row for b in blocks(made, "table") if b["numbers"] == [1, 4, 5, 6, 7] for row in b["rows"]]


@pytest.mark.parametrize("language", ["vi", "en", "pt"])
@pytest.mark.parametrize("scene", ["calm", "flooded", "stale"])
def test_figures_are_written_as_the_cards_write_them(scene: str, language: str) -> None:
    mine = scope(scene, language)
    by_title = {row[0]: row for row in figures(document(mine))}
    view = View(mine.picture, mine.slot, mine.say)
    assert len(by_title) >= 30
    for code, indicator in registry().items():
        card = record(mine.picture.number(code, mine.slot), view)
        assert by_title[mine.say.title(indicator)][1].startswith(card["number"]), code


@pytest.mark.parametrize("place", [None, "19753", "unlocated"])
def test_the_frozen_numbers_are_the_snapshots(place: str | None) -> None:
    mine = scope("flooded", place=place)
    numbers = json.loads(frozen(document(mine)))["numbers"]["indicators"]
    assert {n["code"]: n["value"] for n in numbers} == {c: mine.number(c).value for c in registry()}
    assert {n["place"] for n in numbers} == {place}


@pytest.mark.parametrize("lang", ["vi", "en", "pt"])
def test_every_language_writes_a_number_as_its_cards_do(lang: str) -> None:
    numbers = json.loads(frozen(document(scope("flooded", "vi"))))["numbers"]["indicators"]
    theirs = scope("flooded", lang)
    view = View(theirs.picture, theirs.slot, theirs.say)
    for n in numbers:
        assert n["shown"][lang].startswith(record(theirs.number(n["code"]), view)["number"]), n["code"]


@pytest.mark.parametrize("code", ["flood_depth_max", "feedback_open", "incidents_7d"])
def test_the_pages_map_and_the_reports_show_the_same_values(code: str) -> None:
    mine = scope("flooded", "en")
    view = View(mine.picture, mine.slot, mine.say, {"show": code})
    (page,) = [t for t in city_map.draw(view)["data"] if t["name"] == "places"]
    (chart, *_) = [b for part in places(mine, registry()[code]) for b in (part, *part.get("blocks", [])) if "spec" in b]
    drawn = {f["properties"]["name"]: f["properties"]["value"] for f in chart["spec"]["data"]["values"]}
    shown = dict(zip((t.split("<br>")[0] for t in page["text"]), page["z"], strict=True))
    known = {name: v for name, v in drawn.items() if v is not None}
    assert len(known) >= 5
    for name, value in known.items():
        (z,) = [z for told, z in shown.items() if name.rstrip("…") in told]
        assert z == pytest.approx(value, abs=0.01), name


def test_the_pages_trend_and_the_reports_line_show_the_same_values() -> None:
    mine = scope("flooded", "en")
    for code in ("river_level", "feedback_open"):
        block = week_line(mine, registry()[code])
        drawn = [np.nan if p["y"] is None else p["y"] for p in block["spec"]["data"]["values"]]
        line = mine.picture.trend(code, mine.moments)[:, mine.slot]
        both = ~np.isnan(drawn)
        assert both.sum() > 5
        np.testing.assert_allclose(np.array(drawn)[both], line[both], atol=1e-4)


def test_every_section_prints_its_period_its_age_and_its_scope() -> None:
    sections = document(scope("calm", "en"))["sections"]
    assert len(sections) == 2 + len({i.domain for i in registry().values()} - {"data"})
    for section in sections:
        assert [a.split(":")[0] for a in section["about"]] == ["Period", "Data as of", "Scope"]


def test_a_silent_city_is_not_judged_and_a_box_says_so() -> None:
    mine = scope("stale", "en")
    boxes = [b["title"] for b in blocks(document(mine), "box")]
    assert boxes.count("Silent at the week's end; no state is given") >= 3
    assert all(mine.number(c).level == UNKNOWN for c in registry())
    assert moved(mine) == ([], [])


def test_a_city_without_rows_is_unknown_and_nowhere_zero() -> None:
    made = document(scope("empty", "en"))
    assert "Never any data" in {b["title"] for b in blocks(made, "box")}
    assert {n["value"] for n in made["numbers"]["indicators"]} == {None}
    assert {row[1] for row in figures(made)} == {"–"}


def test_what_is_old_is_drawn_nowhere() -> None:
    mine = scope("stale")
    values, _ = mine.looks["river_level"]
    assert np.isnan(values[-3:]).all() and mine.number("river_level").freshness != FRESH


def test_charts_and_maps_show_indicators_that_there_are() -> None:
    named = {c for codes in (*DRAWN.values(), *MAPPED.values()) for c in codes}
    assert named and named <= registry().keys()


def test_every_chart_says_its_series_in_words() -> None:
    charts = list(blocks(document(scope("flooded", "en")), "chart"))
    assert len(charts) >= 6
    for chart in charts:
        assert chart["alt"].strip() and json.dumps(chart["spec"], allow_nan=False)
    (river,) = [c for c in charts if c["title"].startswith("River level")]
    values = [p["y"] for p in river["spec"]["data"]["values"] if p["y"] is not None]
    assert f"{values[-1]:.2f}" in river["alt"]


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_document_hangs_on_no_clock_zone_language_or_hash_seed(seed: str) -> None:
    here = digest(frozen(document(scope("flooded", "pt"))))
    code = (
        "from tests.reports.conftest import scope; from reports.document import *;"
        "print(digest(frozen(document(scope('flooded', 'pt')))))"
    )
    zone = {"1": "Pacific/Kiritimati", "2": "America/Los_Angeles"}[seed]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "tr_TR.UTF-8"}
    there = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert there.stdout.decode().strip() == here


class Spy(dict[str, str]):
    """A catalogue that remembers what it was asked for and does not have."""

    def __init__(self, known: Mapping[str, str]) -> None:
        super().__init__(known)
        self.missed: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        if key not in self and key not in registry():
            self.missed.add(key)
        return super().get(key, default)


@pytest.mark.parametrize("lang", ["vi", "pt"])
def test_every_word_of_a_report_is_in_the_catalogue(lang: str) -> None:
    missed: set[str] = set()
    for scene in ("flooded", "stale", "empty"):
        mine = scope(scene, lang)
        spy = Spy(mine.say.messages)
        document(replace(mine, say=replace(mine.say, messages=spy), signer="x"))
        missed |= spy.missed
    assert {m for m in missed if not m.startswith("<")} - OWN_WORDS == set()


OWN_WORDS = {"1", "count", "index", "level", "%", "h", "°C"}
"""Units without words."""


def test_where_a_hand_signs_or_who_signed_is_printed() -> None:
    mine = scope("calm", "en")
    (box,) = [b for b in blocks(document(mine), "box") if b["title"] == "Approval"]
    assert "Name, date" in box["text"]
    (box,) = [b for b in blocks(document(replace(mine, signer="Văn phòng")), "box") if b["title"] == "Approval"]
    assert "Signed electronically by Văn phòng" in box["text"]
