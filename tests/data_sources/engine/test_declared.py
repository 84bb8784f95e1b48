"""What a city file says of its feeds, right and wrong."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from city.config import CityFileError, load_city
from data_sources.engine.build import built, standards
from data_sources.engine.contract import DataSource
from data_sources.engine.declared import Declared, DeclaredError, declared
from data_sources.engine.means import Means
from data_sources.engine.secrets import Auth

GAUGES = """
[feeds.river-gauges]
title = "River gauges"
domain = "environment"
standard = "sensorthings"
url = "https://gauges.example.org/v1.1"
every = "5 min"
owner = "Hydrology"
licence = "CC-BY-4.0"
auth = { kind = "header", secret = "GAUGES_KEY", name = "x-api-key" }
dialect = { timezone = "Asia/Ho_Chi_Minh", metrics = { "Mực nước" = "water_level" } }
limits = { water_level = [-5, 20] }
page_size = 500
"""
TOWN = 'code = "t"\ntimezone = "UTC"\nname = {en = "T"}\nmap = {center = [0, 0]}\n'


def read(text: str, file: str = "town.toml") -> list[Declared]:
    return declared(tomllib.loads(text)["feeds"], file)


def test_a_feed_of_a_known_standard_needs_no_code() -> None:
    (feed,) = read(GAUGES)
    assert (feed.key, feed.standard, feed.info.every) == ("river-gauges", "sensorthings", timedelta(minutes=5))
    assert feed.info.stale_after == timedelta(minutes=10)
    assert feed.info.needs == ("GAUGES_KEY",) and feed.auth == Auth("header", "GAUGES_KEY", "x-api-key")
    assert feed.dialect.zone and feed.dialect.zone.key == "Asia/Ho_Chi_Minh"
    assert feed.dialect.metrics == {"Mực nước": "water_level"}
    assert feed.info.limits == {"water_level": (-5, 20)} and feed.options == {"page_size": 500}
    request = feed.request("https://gauges.example.org/v1.1/page2")
    assert request.home == feed.url and request.auth == feed.auth and not request.private


@pytest.mark.parametrize(
    ("told", "said"), [('"PT5M"', 300), ("300", 300), ('"1.5 h"', 5400), ('"2 days"', 172800), ('"00:05:00"', 300)]
)
def test_how_often_is_told_as_people_tell_it(told: str, said: float) -> None:
    assert read(GAUGES.replace('"5 min"', told))[0].info.every == timedelta(seconds=said)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"5 min"', '"soon"', "every: "),
        ('"5 min"', '"0 s"', "every: "),
        ('domain = "environment"', 'domain = "rivers"', "domain: "),
        ('title = "River gauges"\n', "", "title: Field required"),
        ("Asia/Ho_Chi_Minh", "Asia/Hue", "dialect: there is no time zone 'Asia/Hue'"),
        ('name = "x-api-key"', 'name = ""', "auth: auth by header needs the name"),
        ("https://", "https://me:s3cret@", "url: a password stands in the address"),
        ("water_level = [-5, 20]", "depth = [0, 1]", "limits: there is no metric 'depth'"),
        ("[-5, 20]", "[20, -5]", "limits: water_level from 20 to -5"),
        ("[feeds.river-gauges]", '[feeds."River Gauges"]', "a key is small letters"),
        ("timezone =", "time_zone =", "dialect.time_zone: there is no such key"),
    ],
)
def test_a_wrong_entry_is_one_line_with_file_feed_and_key(old: str, new: str, line: str) -> None:
    assert old in GAUGES
    with pytest.raises(DeclaredError) as e:
        read(GAUGES.replace(old, new))
    (told,) = str(e.value).splitlines()
    assert told.startswith("town.toml: feed ") and line in told and "s3cret" not in told


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(DeclaredError) as e:
        read("feeds = { a = { title = 'A' }, b = { title = 'B', domain = 'data', standard = 'x', every = 'x' } }")
    lines = str(e.value).splitlines()
    assert len(lines) == 4 and {x.split(": ")[1] for x in lines} == {"feed a", "feed b"}


def test_a_city_file_may_list_its_feeds(tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    path.write_text(TOWN + GAUGES.replace("[feeds.river-gauges]", '[[feeds]]\nkey = "river-gauges"'))
    listed = load_city(str(path)).feeds
    path.write_text(TOWN + GAUGES)
    assert listed == load_city(str(path)).feeds and listed["river-gauges"]["page_size"] == 500


@pytest.mark.parametrize(
    ("feeds", "why"),
    [
        ("[[feeds]]\ntitle = 'A'", "each of [[feeds]] needs a key"),
        ("[[feeds]]\nkey = 'a'\n[[feeds]]\nkey = 'a'", "a: two feeds of one key"),
        ("feeds = 'none'", "feeds: "),
    ],
)
def test_a_list_without_keys_is_no_list_of_feeds(tmp_path: Path, feeds: str, why: str) -> None:
    path = tmp_path / "t.toml"
    path.write_text(TOWN + feeds)
    with pytest.raises(CityFileError) as e:
        load_city(str(path))
    assert why in str(e.value)


def test_a_standard_that_nobody_knows_is_named_with_those_that_are() -> None:
    def build(feed: Declared, means: Means) -> DataSource:
        raise feed.wrong("page_size", "must be at most 100")

    feeds = read(GAUGES + GAUGES.replace("river-gauges", "b").replace("sensorthings", "carrier-pigeon"))
    with pytest.raises(DeclaredError) as e:
        built(feeds, lambda feed: None, {"sensorthings": build})  # type: ignore[arg-type,return-value]
    assert str(e.value).splitlines() == [
        "town.toml: feed river-gauges: page_size: must be at most 100",
        "town.toml: feed b: standard: there is no 'carrier_pigeon'; there are sensorthings",
    ]


def test_the_transports_are_found() -> None:
    assert standards() is not None
