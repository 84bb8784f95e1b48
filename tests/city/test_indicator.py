"""A number and the rows it is made of are one selection."""

import random
from datetime import timedelta

import numpy as np
import pytest

from city.batch import BEGINS
from city.city import picture
from city.indicators import registry
from city.snapshot import Snapshot
from tests.city.makers import NOON, TOWN, batch, place

LIVED = {code: i for code, i in registry().items() if i.needs[0] in BEGINS}
MADE = {code: i for code, i in LIVED.items() if i.made_of}
CATEGORIES = (
    "fire",
    "rescue",
    "crime_theft",
    "crash",
    "accident",
    "road_closed",
    "flooded_road",
    "outbreak",
    "facility_flooded",
)


def _later(random_: random.Random, since, share: float = 0.8):
    return since + timedelta(hours=random_.expovariate(1 / 200)) if random_.random() < share else None


def shot(seed: int) -> Snapshot:
    draw = random.Random(seed)
    codes = ("a", "b", "c", None)
    tickets, cases, events = [], [], []
    for i in range(400):
        since = NOON - timedelta(hours=draw.uniform(-9, draw.choice((1500, 25))))
        due, closed, where = since + timedelta(hours=draw.uniform(1, 300)), _later(draw, since), draw.choice(codes)
        more = {"rating": draw.choice((None, 1, 4, 5)), "place_code": where, "due_at": draw.choice((None, due))}
        more |= {"agency": draw.choice(("A", "B", None)), "channel": draw.choice(("online", "counter", None))}
        status = draw.choice(("received", "closed", "rejected"))
        tickets.append(
            {
                **more, "feedback_id": str(i), "received_at": since, "closed_at": closed, "status": status,
                "extended_to": _later(draw, due, 0.3), "first_response_at": _later(draw, since),
                "category": draw.choice(("rubbish", "noise", None)),
                "duplicate_of": draw.choice((None, None, "0")),
            }
        )  # fmt: skip
        cases.append(
            {
                **more, "case_id": str(i), "submitted_at": since, "completed_at": closed, "status": status,
                "field": draw.choice(("land", "birth", None)), "data_reused": draw.choice((True, False, None)),
                "fee_paid_online": draw.choice((True, None)),
            }
        )  # fmt: skip
        events.append(
            {
                "event_id": str(i), "domain": draw.choice(("public_order", "traffic", "health")), "opened_at": since,
                "acknowledged_at": _later(draw, since), "arrived_at": _later(draw, since), "closed_at": closed,
                "severity": draw.choice((1, 2, 3, None)), "category": draw.choice(CATEGORIES), "place_code": where,
                "attributes": draw.choice((None, {"casualties": 2})),
            }
        )  # fmt: skip
    places = [place(c, population=1000.0) for c in "abc"]
    rows = batch(whole=True, place=places, feedback=tickets, administrative_case=cases, event=events)
    return picture(TOWN, rows, NOON)


SHOTS = [shot(seed) for seed in range(3)]


def test_every_number_of_rows_with_a_life_names_its_rows():
    assert len(MADE) > 30
    assert set(LIVED) - set(MADE) == {"feedback_net_flow_7d"}  # a difference of two numbers, each with its rows


@pytest.mark.parametrize("code", MADE)
def test_the_rows_behind_a_number_are_as_many_as_it_says_in_every_place(code):
    indicator, some = MADE[code], False
    for snapshot in SHOTS:
        made, rows = indicator.made_of(snapshot.scene), snapshot.tables[indicator.needs[0]]
        assert len(set(made.rows.tolist())) == len(made.rows)
        for slot in range(snapshot.places.slots):
            here = made.rows if slot == snapshot.places.city else made.rows[rows["slot"][made.rows] == slot]
            number = snapshot.number(code, slot)
            assert len(here) == (number.value if number.volume is None else number.volume)
            some |= len(here) > 0
    assert some


@pytest.mark.parametrize("code", [c for c, i in MADE.items() if i.unit == "%"])
def test_a_share_is_of_the_rows_behind_it(code):
    for snapshot in SHOTS:
        made = MADE[code].made_of(snapshot.scene)
        value = snapshot.number(code, snapshot.places.city).value
        assert value == pytest.approx(100 * float(np.mean(made.hit)))
