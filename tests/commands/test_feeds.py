"""A town with feeds: what a person does with them on the command line."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import Engine, text

from commands._feeds import written_in
from data_sources.engine.replay import saved
from tests.data_sources.engine.feeding import Feed
from tests.data_sources.engine.stub import Stub, serving

Ioc = Callable[..., tuple[int, str, str]]
FEED = """
[feeds.air]
title = "Air"
domain = "environment"
standard = "ngsi-ld"
url = "{url}/entities"
every = "1 min"
private = true
auth = {{ kind = "query", secret = "AIR", name = "key" }}
"""


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def entity(name: str, value: float, at: datetime | None = None, code: str = "GQ") -> dict[str, object]:
    at = at or now()
    reading = {"value": value, "unitCode": code}
    return {"id": f"urn:{name}", "type": "AirQualityObserved", "dateObserved": at.isoformat(), "pm2_5": reading}


@pytest.fixture(scope="module")
def stub() -> Iterator[Stub]:
    with serving() as made:
        yield made


@pytest.fixture
def fed(town: Path, stub: Stub, ioc: Ioc, monkeypatch: pytest.MonkeyPatch) -> Ioc:
    """The program, on the town with one feed: two readings, of which one can't be right."""
    town.write_text(town.read_text() + FEED.format(url=stub.url))
    monkeypatch.setenv("IOC_SECRET_AIR", "s3cret-word")
    answers(stub, entity("a", 12.5), entity("b", -999))
    return ioc


def answers(stub: Stub, *entities: dict[str, object], echo: str = "") -> None:
    body = json.dumps([*entities, *([{"id": echo}] if echo else [])]).encode()
    stub.bodies["/entities"] = (body, {"content-type": "application/ld+json"})


def readings(engine: Engine) -> list[tuple[str, float]]:
    with engine.connect() as c:
        return [tuple(r) for r in c.execute(text("select sensor_id, value from repository.observation order by 1"))]


def test_a_feed_of_the_city_file_is_listed_tried_read_and_listed_again(fed: Ioc, engine: Engine) -> None:
    code, out, _ = fed("sources")
    assert code == 0 and "air" in out and "not read yet" in out
    code, out, _ = fed("try", "air")
    assert code == 0
    assert "urn:a" in out and "refused 1 × pm2_5 -999 is not between" in out
    assert "ok: 3 rows, 1 refused, 1 answers of" in out and "stale after 2 min" in out
    assert readings(engine) == [], "a try writes nothing"
    code, out, _ = fed("poll", "--once")
    assert (code, out.strip()) == (0, "air: 4 rows read = 3 new or changed + 0 unchanged + 1 refused")
    assert readings(engine) == [("urn:a", 12.5)]
    (row,) = json.loads(fed("sources", "--format", "json")[1])
    assert (row["source"], row["state"], row["read"], row["refused"]) == ("air", "ok", 4, 1)
    assert fed("poll", "--once")[1].strip() == "air: 4 rows read = 0 new or changed + 3 unchanged + 1 refused"


def test_a_feed_that_is_down_says_why_everywhere_and_no_secret(fed: Ioc, stub: Stub) -> None:
    stub.bodies["/entities"] = (b"no", {"status": "401"})
    for words in (["try", "air"], ["poll", "--once"], ["record", "air"]):
        code, out, err = fed(*words)
        assert code == 1 and "401 Unauthorized" in out + err and "s3cret" not in out + err, words
    (row,) = json.loads(fed("sources", "--format", "json")[1])
    assert row["state"] == "failing, stale" and "401" in row["why"]


def test_old_data_are_stale_though_the_answer_is_new(fed: Ioc, stub: Stub) -> None:
    answers(stub, entity("a", 12.5, now() - timedelta(days=1)))
    code, out, _ = fed("try", "air")
    assert code == 1 and "stale: 2 rows" in out and "the newest is 24 h old" in out


def test_an_answer_is_saved_without_secrets_and_read_again(fed: Ioc, stub: Stub, town: Path) -> None:
    answers(stub, entity("a", 12.5), echo="key=s3cret-word")
    code, out, _ = fed("record", "air", "--out", "kept")
    assert code == 0 and "001.json" in out
    (answer,) = saved(town.parent / "kept")
    whole = b"".join(p.read_bytes() for p in (town.parent / "kept").iterdir())
    assert b"s3cret" not in whole and b"key=***" in answer.body and "s3cret" not in answer.url
    stub.bodies["/entities"] = (b"no", {"status": "500"})
    code, out, _ = fed("try", "air", "--replay", "kept")
    assert code == 0 and "urn:a" in out
    assert fed("record", "air", "--out", "kept")[0] == 1


def test_a_refused_row_goes_in_once_its_rule_is_mended(fed: Ioc, stub: Stub, town: Path, engine: Engine) -> None:
    before = town.read_text()
    town.write_text(before + "limits = { pm2_5 = [0, 10] }\n")
    fed("poll", "--once")
    assert readings(engine) == []
    code, out, _ = fed("rejected", "--retry")
    assert code == 0 and "2 refused rows = 0 taken in + 2 still refused" in out
    town.write_text(before)
    code, out, _ = fed("rejected", "--retry", "--source", "air")
    assert "2 refused rows = 1 taken in + 1 still refused" in out
    assert readings(engine) == [("urn:a", 12.5)]
    left = fed("rejected")[1]
    assert "urn:b" in left and "urn:a" not in left and "not between -50 and 20000" in left, (
        "and its reason is the new one"
    )


MAP = """
kind = "observations"
[columns]
sensor_id = "s"
metric = "m"
observed_at = "t"
value = "v"
"""


def test_rows_of_a_load_go_in_by_a_mended_mapping(ioc: Ioc, town: Path, engine: Engine) -> None:
    folder = town.parent
    (folder / "m.toml").write_text(MAP)
    (folder / "f.csv").write_text("s,m,t,v\na,rain,2026-09-16 05:00,3\nb,rain,2026-09-16 05:00,soon\n")
    code, _, err = ioc("load", "observations", "f.csv", "--mapping", "m.toml")
    assert code == 1 and "all 2 rows were refused" in err  # the times have no offset
    assert "2 refused rows = 0 taken in + 2 still refused" in ioc("rejected", "--retry")[1]
    (folder / "m.toml").write_text(f'timezone = "UTC"\n{MAP}')
    out = ioc("rejected", "--retry", "--mapping", "m.toml")[1]
    assert "2 refused rows = 1 taken in + 1 still refused" in out
    assert readings(engine) == [("a", 3.0)]
    assert "'soon' is not a number" in ioc("rejected")[1]
    assert ioc("rejected", "--mapping", "m.toml")[0] == 1


def test_a_wrong_feed_stops_the_start_with_a_line(fed: Ioc, town: Path) -> None:
    town.write_text(town.read_text() + 'colour = "red"\n')
    code, _, err = fed("poll", "--once")
    (line,) = [x for x in err.splitlines() if x.startswith("ioc: ")]
    assert code == 1 and line.endswith("town.toml: feed air: colour: there is no such key")


def test_a_source_that_is_not_there_is_named(fed: Ioc) -> None:
    code, _, err = fed("try", "water")
    assert code == 1 and "there is no source 'water'; there are: air" in err


def test_a_feed_that_lost_its_declaration_keeps_its_rows(fed: Ioc, town: Path) -> None:
    fed("poll", "--once")
    town.write_text(town.read_text().replace("[feeds.air]", "[feeds.other]"))
    out = fed("rejected", "--retry")[1]
    assert "1 rows were not tried: no feed of the city has this key" in out
    assert "withdrawn" not in fed("sources")[1]
    fed("poll", "--once")
    assert "withdrawn" in fed("sources")[1]


def test_the_doctor_names_the_secret_that_a_feed_wants(fed: Ioc, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "1 declared by the city file" in fed("doctor")[1]
    monkeypatch.delenv("IOC_SECRET_AIR")
    assert "air needs IOC_SECRET_AIR" in fed("doctor")[1]
    code, out, _ = fed("try", "air")
    assert code == 1 and "the secret AIR is not told: set IOC_SECRET_AIR, or its _FILE" in out


def test_another_city_in_the_same_repository_is_told_of(
    ioc: Ioc, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "another city" not in ioc("migrate")[2] + ioc("poll", "--once")[2]
    town.write_text(town.read_text().replace('code = "town"', 'code = "village"'))
    code, _, err = ioc("poll", "--once")
    assert code == 0 and "another city's places are here as well" in err and '"city": "town"' in err


def test_a_feed_in_code_is_found_and_given_its_means() -> None:
    module, given = ModuleType("data_sources.barrier"), list[str]()
    module.SOURCE = lambda means: Feed(key=means)  # type: ignore[attr-defined]
    (made,) = written_in([module, ModuleType("data_sources.nothing")], lambda key: given.append(key) or key)  # type: ignore[arg-type,func-returns-value]
    assert made.info.key == "barrier" and given == ["barrier"]
