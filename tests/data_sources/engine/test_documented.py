"""The examples of docs/feeds.md are feeds."""

import re
import tomllib
from pathlib import Path

from city.clock import WorldClock
from data_sources.engine.build import built
from data_sources.engine.declared import _Entry, declared
from data_sources.engine.http import Door
from data_sources.engine.means import Means
from data_sources.engine.secrets import Secrets

PAGE = (Path(__file__).parents[3] / "docs" / "feeds.md").read_text("utf-8")
EXAMPLES = [tomllib.loads(block)["feeds"] for block in re.findall(r"```toml\n(.*?)```", PAGE, re.S)]


class NoCursor:
    def load(self):
        return {}

    def save(self, place):
        raise AssertionError("nothing was read")


def test_every_example_can_be_read_from(tmp_path: Path) -> None:
    feeds = [f for example in EXAMPLES for f in declared(example, "docs")]
    assert {f.standard for f in feeds} >= {"ngsi_ld", "sensorthings", "open311"}
    door = Door(WorldClock(), Secrets({}))
    made = built(feeds, lambda f: Means(door, NoCursor(), Secrets({}), WorldClock(), tmp_path))
    door.close()
    assert [s.info.key for s in made] == [f.key for f in feeds]


def test_every_key_of_a_feed_has_its_place_in_the_table() -> None:
    rows = " ".join(re.findall(r"^\| (`.*?) \|", PAGE, re.M))
    assert set(re.findall(r"`(\w+)`", rows)) == set(_Entry.model_fields)
