import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import dashboards
from city.freshness import FEEDS, STALE_AFTER
from city.indicators import registry
from city.metrics import METRICS
from dashboards import environment, public_order, services, sources
from dashboards.kit import (
    apology,
    clauses,
    feed_table,
    language,
    meta,
    record_list,
    record_words,
    records,
    shell,
    tile,
    timebar,
)
from dashboards.kit.discover import discover
from dashboards.kit.language import LOCALES, languages

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SPOKEN = languages(ZONE)
SAYS = {"say", "language"}


def said() -> Iterator[str]:
    """Every text that the code asks a translation of by name."""
    for file in Path(dashboards.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SAYS:
                yield from _texts(node.args[0])


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))


def wanted() -> set[str]:
    tables = (language.WORDS, language.DOMAIN_WORDS, meta.LOST, shell.WORDS, tile.PERIODS)
    pages = discover().values()
    return {
        *said(),
        *(text for table in tables for text in table.values()),
        *(p.title for p in pages),
        *(panel.title for p in pages for panel in p.panels),
        *(i.unit for i in registry().values() if i.unit not in tile.SILENT_UNITS),
        *METRICS,
        *meta.PAST.values(),
        *(apology.TITLE, apology.HOME, *apology.WHY.values()),
        *timebar.TIME_WORDS.values(),
        *meta.CLOCKS.values(),
        *environment.BANDS,
        *public_order.AGES,
        *(f"{code}.{part}" for code in registry() for part in ("title", "definition")),
        *(i.rollup for i in registry().values()),
        *(i.thresholds.source for i in registry().values()),
        *(n for i in registry().values() for n in i.needs),
        *(word for word, _ in feed_table.STATES.values()),
        *(
            *feed_table.CELLS.values(),
            *sources.CRITERION.values(),
            *feed_table.FIELDS,
            "every",
            "stale after",
            "source",
        ),
        *(name for columns in record_list.COLUMNS.values() for _, name in columns),
        *(title for title, *_ in records.OTHERS.values()),
        *(name for name, *_ in services.GROUPS),
        *(*record_words.AGES, *record_words.LEFT, *clauses.ALARMS, *CHANNELS),
    }


CHANNELS = ("online", "counter", "post")
COUNTED = {**clauses.COUNTED, **record_list.COUNTED}
"""Words that hang on a number."""


def test_there_is_much_to_translate() -> None:
    assert len(wanted()) > 100
    assert {"No data", "Find a place", "feedback_open.title", "Environment"} <= wanted()


@pytest.mark.parametrize("code", LOCALES)
def test_no_string_lacks_its_translation(code: str) -> None:
    assert sorted(wanted() - SPOKEN[code].messages.keys()) == []


@pytest.mark.parametrize("code", LOCALES)
def test_words_that_hang_on_a_number_have_all_their_forms(code: str) -> None:
    assert len(COUNTED) > 10
    spoken = SPOKEN[code]
    assert [one for one, _ in COUNTED.values() if one not in spoken.plurals] == []
    for one, many in COUNTED.values():
        assert len(spoken.plurals[one]) == (1 if code == "vi" else 2)
        assert all("{n}" in form for form in spoken.plurals[one])
        assert spoken.counted(one, many, 1).count(spoken.number(1)) == 1
        assert spoken.number(1204) in spoken.counted(one, many, 1204)


def test_one_is_said_otherwise_than_many() -> None:
    said = {c: [SPOKEN[c].counted(*COUNTED["tickets_open"], n) for n in (0, 1, 2, 1204)] for c in LOCALES}
    assert said["en"] == ["0 tickets open", "1 ticket open", "2 tickets open", "1,204 tickets open"]
    assert said["pt"][1] != said["pt"][2].replace("2", "1")
    assert said["vi"][1] == said["vi"][2].replace("2", "1")


@pytest.mark.parametrize("code", ["vi", "pt"])
def test_sentences_are_not_left_in_english(code: str) -> None:
    english, other = SPOKEN["en"].messages, SPOKEN[code].messages
    plain = {k: re.sub(r"\{\w+\}", "", text).strip() for k, text in other.items()}
    same = [k for k, text in plain.items() if other[k] == english.get(k) and " " in text and not text[0].isdigit()]
    assert same == []


@pytest.mark.parametrize("code", LOCALES)
def test_translations_keep_their_blanks(code: str) -> None:
    def blanks(text: str) -> set[str]:
        return {part.split("}")[0] for part in text.split("{")[1:]}

    wrong = [k for k, text in SPOKEN[code].messages.items() if blanks(k) != blanks(text)]
    assert wrong == []


def test_vietnamese_carries_its_diacritics() -> None:
    assert SPOKEN["vi"]("Alarm") == "Báo động"
    plain = [t for t in SPOKEN["vi"].messages.values() if len(t) > 25 and t.isascii()]
    assert plain == []


@pytest.mark.parametrize(
    ("code", "value", "decimals", "shown"),
    [
        ("vi", 1204, 0, "1.204"),
        ("en", 1204.25, 1, "1,204.2"),
        ("pt", 12.5, 1, "12,5"),
        ("en", -0.04, 1, "0.0"),
        ("vi", None, 2, "–"),
    ],
)
def test_numbers_are_written_as_the_language_does(code: str, value: float | None, decimals: int, shown: str) -> None:
    assert SPOKEN[code].number(value, decimals) == shown


def test_times_are_told_in_the_citys_zone() -> None:
    assert SPOKEN["vi"].time(datetime(2025, 10, 27, 13, 5, tzinfo=UTC)) == "20:05"


@pytest.mark.parametrize(
    ("code", "minute", "days"),
    [
        ("vi", "20:05 27 thg 10, 2025", "27 thg 10 – 2 thg 11, 2025"),
        ("en", "Oct 27, 2025, 20:05", "Oct 27 – Nov 2, 2025"),
        ("pt", "27 de out. de 2025 20:05", "27 de out. – 2 de nov. de 2025"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(code: str, minute: str, days: str) -> None:
    at = datetime(2025, 10, 27, 13, 5, 40, tzinfo=UTC)
    assert SPOKEN[code].minute(at) == minute
    assert SPOKEN[code].moment(at) == minute.replace("20:05", "20:05:40")
    assert SPOKEN[code].days(at, at + timedelta(days=6)) == days


def test_tables_with_a_life_are_called_sources() -> None:
    assert set(tile.LIVED) == {*STALE_AFTER, FEEDS}


@pytest.mark.parametrize(("value", "written"), [(float("inf"), "–"), (float("nan"), "–"), (1e308, "1e+308")])
def test_a_number_beyond_reading_is_still_written(value: float, written: str) -> None:
    assert SPOKEN["vi"].number(value, 1) == written
