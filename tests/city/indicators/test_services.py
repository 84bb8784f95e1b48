"""Administrative cases: the definitions' edges, any small city beside plain loops, and a real permit log."""

from datetime import timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.city import picture
from city.indicators import registry
from city.level import LEVELS
from tests.city import naive, naive_services
from tests.city.indicators import real
from tests.city.makers import NOON, TOWN, ago, batch, place

MOMENT = timedelta(microseconds=1)
CODES = ("a", "b")
PLACES = [place(c) for c in CODES]


def shown(cases, at=NOON, city=TOWN):
    rows = [{"case_id": str(i), "submitted_at": ago(days=1), "place_code": "a", **c} for i, c in enumerate(cases)]
    return picture(city, batch(whole=True, place=PLACES, administrative_case=rows), at)


def value(code, *cases, slot="a"):
    shot = shown(cases)
    return shot.number(code, shot.places.slot(slot)).value


@pytest.mark.parametrize(
    ("case", "open_"),
    [
        ({}, 1),
        ({"submitted_at": NOON + MOMENT}, None),
        ({"completed_at": NOON}, 0),
        ({"completed_at": NOON + MOMENT}, 1),
        ({"status": "rejected"}, 0),
        ({"status": "withdrawn"}, 1),
        ({"status": "completed"}, 1),
    ],
)
def test_times_alone_say_what_is_open_and_rejected_cases_never_count(case, open_):
    assert value("cases_open", case) == open_


def test_a_deadline_at_midnight_means_the_end_of_its_day():
    # noon is 12:00 in town: today's midnight is still to come, yesterday's passed twelve hours ago
    assert value("cases_overdue", {"due_at": ago(hours=12)}) == 0
    assert value("cases_overdue", {"due_at": ago(hours=36)}) == 1
    assert [LEVELS[i] for i in shown([{"due_at": ago(hours=36)}]).outcome("cases_overdue").levels][:2] == [
        "watch",
        "ok",
    ]


def test_a_case_nobody_completes_is_late_once_its_deadline_has_passed():
    cases = [{"due_at": ago(hours=1)}, {"due_at": ago(hours=-1)}, {"due_at": NOON, "completed_at": NOON}, {}]
    assert value("cases_on_time_rate_30d", *cases) == 50
    assert shown(cases).number("cases_on_time_rate_30d", 0).volume == 2


def test_a_case_that_does_not_say_is_no_yes_and_where_none_says_nothing_is_known():
    assert value("online_payment_rate_30d", {"fee_paid_online": True}, {"fee_paid_online": False}, {}, {}) == 25
    assert value("data_reuse_rate_30d", {"data_reused": False}) == 0
    assert value("data_reuse_rate_30d", {}) is None
    assert value("online_submission_rate_30d", {"channel": "online"}, {"channel": "counter"}, {"channel": "post"}) == (
        pytest.approx(100 / 3)
    )


def test_satisfaction_has_the_rated_share_beside_it():
    done = [{"completed_at": ago(hours=1), "rating": r} for r in (5, 4, 3, None)]
    assert value("services_satisfaction_30d", *done) == pytest.approx(200 / 3)
    assert value("services_rated_share_30d", *done) == 75


EDGES = [timedelta(0), *(timedelta(days=d) for d in (7, 30)), timedelta(hours=5)]
offsets = st.one_of(
    st.builds(lambda e, us: e + timedelta(microseconds=us), st.sampled_from(EDGES), st.integers(-1, 1)),
    st.timedeltas(timedelta(days=-3), timedelta(days=44)),
)
moments = st.builds(lambda o: NOON - o, offsets)
maybe = st.one_of(st.none(), moments)
flag = st.sampled_from([None, True, False])
cases = st.fixed_dictionaries(
    {
        "place_code": st.sampled_from(["a", "b", "nowhere", None]),
        "submitted_at": moments,
        "completed_at": maybe,
        "due_at": maybe,
        "channel": st.sampled_from([None, "online", "counter", "post"]),
        "data_reused": flag,
        "fee_paid_online": flag,
        "rating": st.one_of(st.none(), st.integers(1, 5)),
        "status": st.sampled_from(["received", "completed", "rejected", "withdrawn", None]),
    }
)


@settings(max_examples=120, deadline=None)
@given(st.lists(cases, max_size=14))
def test_cases_agree_with_plain_loops(rows):
    naive.compare(shown(rows), naive_services.services(rows, CODES, NOON, TOWN.zone))


@settings(max_examples=40, deadline=None)
@given(st.lists(cases, max_size=12))
def test_places_and_unlocated_add_up_to_the_city_in_every_count(rows):
    counts = [i.code for i in registry().values() if i.rollup == "sum" and i.domain == "services"]
    assert len(counts) == 3
    for code in counts:
        values = shown(rows).outcome(code).values
        assert values[:-1].sum() == values[-1] or (values != values).all()


def permits():
    """A Dutch municipality's log of permit applications; its channels are words of its own."""
    d = pd.read_csv(real.file("admin_services/nl_wabo_permit_receipt_events.csv.gz"), dtype=str)
    d = d.drop_duplicates("case:concept:name")
    begin, due, end = (
        [None if t is pd.NaT else t.to_pydatetime() for t in pd.to_datetime(d[f"case:{c}"], utc=True, format="ISO8601")]
        for c in ("startdate", "deadline", "enddate")
    )
    channel = ["online" if c == "Internet" else "post" if c == "Post" else "counter" for c in d["case:channel"]]
    group = [None if pd.isna(g) else g for g in d["case:group"]]
    named = real.rows(case_id=d["case:concept:name"], submitted_at=begin, due_at=due, completed_at=end, channel=channel)
    return [{**r, "place_code": g} for r, g in zip(named, group, strict=True)]


@pytest.mark.parametrize("at", ["2011-03-27T03:00+02:00", "2011-06-15T12:00+02:00", "2011-10-30T02:30+01:00"])
def test_a_real_permit_log(at):
    rows, at = permits(), pd.Timestamp(at).to_pydatetime()
    codes = sorted({r["place_code"] for r in rows if r["place_code"]})
    city = TOWN.model_copy(update={"timezone": "Europe/Amsterdam"})
    shot = picture(city, batch(whole=True, place=[place(c) for c in codes], administrative_case=rows), at)
    wanted = naive_services.services(rows, codes, at, city.zone)
    assert len(rows) == 1434 and wanted["cases_open", None] > 50
    naive.compare(shot, wanted)
