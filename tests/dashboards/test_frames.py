import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import quote

import httpx
import pytest

from city.city import picture
from city.clock import FrozenClock
from city.snapshot import Known, Snapshot
from city.stored import Stored
from dashboards.kit.channels import KEPT_PASTS
from dashboards.kit.hub import Hub
from tests.city.makers import batch
from tests.dashboards import scenes
from tests.dashboards.serving import Running, serving

FIRST = scenes.EVENING - timedelta(days=30)
ASKED: list[object] = []


def past(at: datetime, known: Known) -> Snapshot:
    if at == scenes.EVENING - timedelta(days=3):
        raise OSError("the database is down")
    ASKED.append((at, known))
    return picture(scenes.HUE, batch(whole=True), at, known)


@pytest.fixture(scope="module")
def there() -> Iterator[Running]:
    clock = FrozenClock(scenes.EVENING)
    stored = Stored(FIRST, ((FIRST, 2),))
    fed = Hub(scenes.HUE, clock, 60, past, lambda: stored)
    fed.publish(scenes.calm())
    with serving(fed) as found:
        yield found


def ask(running: Running, **words: str) -> httpx.Response:
    query = "&".join(f"{k}={quote(v)}" for k, v in words.items())
    return httpx.get(running.url + "/frame", params={"href": f"/?{query}"}, timeout=20)


def test_a_frame_of_another_moment_is_whole_and_says_what_it_is(there: Running) -> None:
    at = scenes.EVENING - timedelta(hours=5)
    told = ask(there, at=at.isoformat(), known="then", lang="en").json()
    assert told["whole"] and told["speed"] == 0
    assert told["meta"]["at"] == at.isoformat() and told["meta"]["known"] == "then" and told["meta"]["fixed"]
    assert "as it was known then" in told["meta"]["past"]
    assert ask(there, lang="en").json()["meta"]["fixed"] is False, "and of now"


def test_many_who_look_at_one_moment_share_one_reading(there: Running) -> None:
    at = (scenes.EVENING - timedelta(hours=6)).isoformat()
    for _ in range(3):
        for lang in ("vi", "en"):
            assert ask(there, at=at, lang=lang).status_code == 200
    assert [str(a) for a, _ in ASKED].count(at.replace("T", " ")) == 1  # type: ignore[misc]


def test_why_there_is_no_picture_is_told_in_a_word(there: Running) -> None:
    for words, status, why in (
        ({"at": "2180-01-01"}, 409, "future"),
        ({"at": "soon"}, 400, "address"),
        ({"at": (scenes.EVENING - timedelta(days=3)).isoformat()}, 503, "unreadable"),
    ):
        answer = ask(there, **words)
        assert (answer.status_code, answer.json()["why"]) == (status, why)
        assert len(json.dumps(answer.json())) < 300


def test_a_moment_before_all_that_is_stored_says_so(there: Running) -> None:
    told = ask(there, at="2019-01-01T00:00", lang="en").json()["meta"]["past"]
    assert "nothing is stored from before" in told


def test_what_is_stored_is_told_with_its_marks(there: Running) -> None:
    told = httpx.get(there.url + "/stored").json()
    assert told["first"] == 1000 * FIRST.timestamp() and told["marks"] == [[told["first"], 2]]
    assert told["last"] >= 1000 * scenes.EVENING.timestamp()


def test_few_pictures_of_the_past_are_held(there: Running) -> None:
    for minutes in range(KEPT_PASTS + 4):
        ask(there, at=(scenes.EVENING - timedelta(hours=8, minutes=minutes)).isoformat())
    kept = [c for c in there.app.painter.channels if c.fixed is not None]
    assert len(kept) == KEPT_PASTS


@pytest.mark.parametrize("path", ["/api/v1/indicators?", "/api/v1/sources?", "/records.csv?indicator=feedback_open&"])
def test_no_program_is_told_of_a_moment_that_has_not_come(there: Running, path: str) -> None:
    answer = httpx.get(f"{there.url}{path}at=2180-01-01T00:00", timeout=20)
    assert answer.status_code == 400 and "2180-01-01 00:00 has not come yet" in answer.text
