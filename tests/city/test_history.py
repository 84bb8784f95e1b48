import numpy as np

from city.city import picture
from city.history import growing, unusual
from city.level import LEVELS
from tests.city.makers import NOON, TOWN, ago, batch, place


def scene_of(days):
    """A city whose first ticket came so many days ago."""
    rows = [{"feedback_id": "1", "received_at": ago(days=days)}]
    return picture(TOWN, batch(whole=True, place=[place("a")], feedback=rows), NOON).scene


def judged(value, past, days=60):
    """The level of a value whose last four weeks were `past`, newest first; in every slot."""
    scene = scene_of(days)
    by_moment = {scene.at - np.timedelta64(7 * (i + 1), "D"): float(x) for i, x in enumerate(past)}
    found = unusual(scene, np.full(scene.slots, float(value)), "feedback", lambda s: np.full(s.slots, by_moment[s.at]))
    assert len(set(found.tolist())) == 1
    return LEVELS[found[0]]


def test_a_count_far_above_the_same_hour_of_four_weeks_is_watched():
    assert judged(200, [100, 110, 95, 105]) == "watch"


def test_a_count_within_two_deviations_is_not():
    assert judged(115, [100, 110, 95, 105]) == "ok"
    assert judged(200, [100, 300, 20, 180]) == "ok"


def test_a_count_not_clearly_above_the_greatest_is_not():
    assert judged(119, [100, 100, 100, 100]) == "ok"
    assert judged(120, [100, 100, 100, 100]) == "watch"


def test_a_handful_of_rows_more_is_nothing_unusual():
    assert judged(4, [0, 0, 0, 0]) == "ok"
    assert judged(5, [0, 0, 0, 0]) == "watch"


def test_less_than_usual_is_no_trouble():
    assert judged(0, [100, 100, 100, 100]) == "ok"


def test_without_four_weeks_of_past_nothing_is_unusual():
    assert judged(200, [0, 0, 0, 0], days=27) == "ok"


def test_the_unknown_is_neither():
    assert judged(np.nan, [1, 1, 1, 1]) == "unknown"


def grows(flows, days=60):
    scene = scene_of(days)
    by_moment = {scene.at - np.timedelta64(7 * i, "D"): float(x) for i, x in enumerate(flows)}
    return bool(growing(scene, "feedback", lambda s: np.full(s.slots, by_moment[s.at]))[0])


def test_growing_is_three_weeks_running_above_zero():
    assert grows([1, 1, 1])
    assert not grows([1, 0, 1])
    assert not grows([0, 1, 1])
    assert not grows([1, 1, -1])
    assert not grows([1, 1, 1], days=20)
