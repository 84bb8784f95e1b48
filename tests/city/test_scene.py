import numpy as np
import pytest

from city.city import picture
from city.scene import days, hours, instant
from tests.city.makers import NOON, TOWN, ago, batch


def scene_of(**tables):
    return picture(TOWN, batch(whole=True, **tables), NOON).scene


def test_what_is_shared_is_made_once_a_scene():
    made = []
    scene = scene_of()
    for _ in range(2):
        assert scene.once("it", lambda s: made.append(s.at) or 7) == 7
    assert len(made) == 1


def test_an_earlier_moment_is_one_scene_and_the_same_moment_this_one():
    scene = scene_of()
    earlier = scene.earlier(scene.at - hours(1))
    assert scene.earlier(scene.at - hours(1)) is earlier
    assert earlier.at == instant(ago(hours=1)) and earlier.tables is scene.tables
    assert scene.earlier(scene.at) is scene


@pytest.mark.parametrize(("first", "had"), [(ago(hours=0), True), (ago(hours=-1), False)])
def test_a_table_was_had_once_its_first_row_began(first, had):
    assert scene_of(event=[{"event_id": "1", "opened_at": first}]).had("event") == had
    assert not scene_of(event=[{"event_id": "1", "opened_at": first}]).had("feedback")


def test_spans_are_exact():
    assert days(30) == np.timedelta64(30 * 86_400_000_000, "us")
    assert hours(0.5) == np.timedelta64(30, "m")
