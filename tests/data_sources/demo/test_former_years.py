"""The archives of former years: weekly counts that the season is made of, and last year's crashes."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from city.city import picture
from city.config import load_city
from city.indicators import registry
from city.season import usual
from data_sources.demo.places import places_of
from data_sources.demo.simulation import Simulation
from tests.city.makers import batch, place

END = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def frames():
    return list(Simulation(places_of(load_city("hue"))).former_years(END))


def rows(frame, **more):
    columns = {k: v.tolist() for k, v in frame.columns.items()}
    utc = {k: [t and t.replace(tzinfo=UTC) for t in v] for k, v in columns.items() if k.endswith("_at")}
    names = (*columns, *more)
    return [dict(zip(names, (*r, *more.values()), strict=True)) for r in zip(*{**columns, **utc}.values(), strict=True)]


def test_a_demo_opens_with_five_years_of_dengue_and_last_years_crashes(frames):
    weeks, crashes = (rows(f) for f in frames)
    codes = {r["place_code"] for r in weeks if r["place_code"]}
    city = load_city("hue")
    shot = picture(
        city, batch(whole=True, place=[place(c, population=9e3) for c in codes], observation=weeks, event=crashes), END
    )
    found = usual(shot.scene, "cases_dengue")
    assert found.years == 5 and (found.mean > 0).sum() == len(codes) + 1
    known = [r["opened_at"] for r in crashes if r["category"] == "crash"]
    past = registry()["crashes_30d"].beside(shot.scene).values
    assert past[-1] == sum(END - timedelta(days=395) < t <= END - timedelta(days=365) for t in known) > 100


def test_an_archive_is_small_and_nothing_in_it_is_open_or_of_now(frames):
    weeks, crashes = frames
    assert len(weeks) + len(crashes) < 8_000
    for frame, column in ((weeks, "observed_at"), (crashes, "closed_at")):
        newest = frame.columns[column].max().astype(object).replace(tzinfo=UTC)
        assert not np.isnat(frame.columns[column]).any() and newest < END - timedelta(days=250)
        assert (frame.recorded_at >= frame.columns[column]).all()
