"""`ioc indicators`: the same answer as the screens and the API give, in three forms."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from city.answer import indicators
from city.city import picture
from city.config import load_city
from repository.past import read

Ioc = Callable[..., tuple[int, str, str]]
AT = datetime(2026, 3, 1, 17, tzinfo=UTC)


@pytest.fixture
def tickets(ioc: Ioc, engine: Engine) -> Ioc:
    """Three open tickets; the third was recorded after AT."""
    assert ioc("migrate")[0] == 0
    statement = """insert into repository.feedback (source, feedback_id, status, received_at, place_code)
                   values ('311', :id, 'received', :at, :place)"""
    with engine.begin() as c:
        for i, place in enumerate(["a", "-b", None]):
            c.execute(text(statement), {"id": str(i), "at": datetime(2026, 2, 28, i, tzinfo=UTC), "place": place})
    return ioc


def rows(out: str, **wanted: str | None) -> list[dict[str, object]]:
    found = json.loads(out)["indicators"]
    return [r for r in found if all(r[k] == v for k, v in wanted.items())]


def test_json_is_the_answer_that_the_api_gives(tickets: Ioc, engine: Engine, town: object) -> None:
    code, out, err = tickets("indicators", "--at", "2026-03-01T12:00", "--format", "json")
    assert (code, err) == (0, "")
    city = load_city(str(town))
    assert json.loads(out) == json.loads(json.dumps(indicators(picture(city, read(engine, AT), AT))))
    (whole,) = rows(out, code="feedback_open", place=None)
    assert whole["value"] == 3
    assert json.loads(out)["at"] == AT.isoformat()


def test_places_and_unlocated_add_up_to_the_city(tickets: Ioc) -> None:
    out = tickets("indicators", "--at", "2026-03-01T12:00", "--domain", "feedback", "--format", "json")[1]
    found = {r["place"]: r["value"] for r in rows(out, code="feedback_open")}
    assert found == {None: 3, "a": 1, "-b": 1, "unlocated": 1}


def test_as_it_was_known_then_is_not_what_is_known_now(tickets: Ioc) -> None:
    out = tickets("indicators", "--at", "2026-03-01T12:00", "--known", "then", "--format", "json")[1]
    (whole,) = rows(out, code="feedback_open", place=None)
    assert whole["value"] is None  # all was recorded later, so the city had no row of tickets yet


def test_csv_keeps_every_column_and_no_cell_is_a_formula(tickets: Ioc) -> None:
    out = tickets("indicators", "--at", "2026-03-01T12:00", "--place", "-b", "--format", "csv")[1]
    found = list(csv.DictReader(io.StringIO(out)))
    assert {r["place"] for r in found} == {"'-b"}
    (opened,) = [r for r in found if r["code"] == "feedback_open"]
    assert (float(opened["value"]), opened["unit"]) == (1.0, "count")


def test_the_table_names_inputs_and_the_city(tickets: Ioc) -> None:
    out = tickets("indicators", "--at", "2026-03-01T12:00", "--domain", "feedback")[1]
    head, *lines = out.splitlines()
    assert head.split()[:3] == ["code", "place", "value"]
    (whole,) = [x for x in lines if x.startswith("feedback_open ") and "(city)" in x]
    assert whole.split()[2] == "3" and "0 of 1" in whole


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--place", "nowhere"), "there is no place 'nowhere'"),
        (("--domain", "weather"), "there is no domain 'weather'"),
        (("--at", "yesterday"), "'yesterday' is no moment"),
        (("--known", "maybe"), "maybe"),
        (("--format", "xml"), "xml"),
    ],
)
def test_a_wrong_word_is_one_line(tickets: Ioc, words: tuple[str, str], says: str) -> None:
    code, out, err = tickets("indicators", *words)
    assert code != 0 and out == ""
    assert len(err.splitlines()) == 1 and says in err
