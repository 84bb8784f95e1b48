from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from dashboards.kit.sheet import FEW, LONG, Sheet, delta, figure_change, whole

KEYS = st.sampled_from("abcd")
RECORDS = st.dictionaries(KEYS, st.fixed_dictionaries({"value": st.integers(0, 2), "level": st.sampled_from(["ok"])}))


def sheet(number: int, tiles: dict[str, Any], z: list[int] | None = None) -> Sheet:
    figure = {"data": [{"type": "choroplethmap", "z": z or [1], "text": ["x"]}], "layout": {"uirevision": "map"}}
    panels = {"p": orjson.dumps(z)}
    return Sheet(number, {"version": number}, tiles, {k: [1.0, None] for k in tiles}, panels, {"m": figure})


@given(RECORDS, RECORDS, st.lists(st.integers(0, 2), min_size=1, max_size=2))
def test_what_a_screen_had_and_the_change_make_what_is(old: Any, new: Any, z: list[int]) -> None:
    before, after = sheet(1, old), sheet(2, {**old, **new}, z)
    frame = orjson.loads(delta(before, after))
    assert {**before.tiles, **frame.get("tiles", {})} == after.tiles
    assert {**before.trends, **frame.get("trends", {})} == after.trends
    assert {"p": orjson.loads(before.panels["p"]), **frame.get("panels", {})}["p"] == z
    change = frame.get("figures", {}).get("m", {"traces": {}})
    assert {**before.figures["m"]["data"][0], **change["traces"].get("0", {})} == after.figures["m"]["data"][0]


def test_what_did_not_change_is_not_sent() -> None:
    frame = orjson.loads(delta(sheet(1, {"a": {"value": 1}}), sheet(2, {"a": {"value": 1}})))
    assert frame == {"number": 2, "meta": {"version": 2}}


def test_only_the_attributes_that_changed_are_sent() -> None:
    old = {"data": [{"type": "scattermap", "lat": [1], "text": ["a"]}], "layout": {}}
    new = {"data": [{"type": "scattermap", "lat": [2], "text": ["a"]}], "layout": {}}
    assert figure_change(old, new) == {"traces": {"0": {"lat": [2]}}}
    assert figure_change(None, new) == {"whole": new}
    assert figure_change(old, {**new, "layout": {"x": 1}}) == {"whole": {**new, "layout": {"x": 1}}}


def test_a_screen_that_knows_nothing_gets_everything() -> None:
    frame = orjson.loads(whole(sheet(3, {"a": {"value": 1}})))
    assert frame["whole"] is True and set(frame) == {"number", "meta", "whole", "tiles", "trends", "panels", "figures"}
    assert "figures" not in orjson.loads(whole(sheet(3, {}), inline=True))


LONGER = st.lists(st.integers(0, 2), min_size=LONG, max_size=LONG)


@given(LONGER, st.dictionaries(st.integers(0, LONG - 1), st.integers(3, 9), max_size=LONG))
def test_of_a_long_list_what_changed_little_goes_as_its_entries(old: list[int], changed: dict[int, int]) -> None:
    new = [changed.get(i, v) for i, v in enumerate(old)]
    before, after = ({"data": [{"type": "scattermap", "text": v}], "layout": {}} for v in (old, new))
    found = figure_change(before, after)
    if FEW * len(changed) > LONG:
        assert found == {"traces": {"0": {"text": new}}}
    elif changed:
        where, what = found["entries"]["0"]["text"]
        assert found["traces"] == {} and dict(zip(where, what, strict=True)) == changed
    else:
        assert found == {"traces": {}}


def test_a_long_list_of_another_length_goes_whole() -> None:
    old, new = ({"data": [{"type": "scattermap", "text": ["a"] * n}], "layout": {}} for n in (LONG, LONG + 1))
    assert figure_change(old, new) == {"traces": {"0": {"text": ["a"] * (LONG + 1)}}}
