import re
from pathlib import Path

import numpy as np
import pytest

from city.batch import BEGINS
from city.city import picture
from city.freshness import FEEDS
from city.indicator import DOMAINS, Indicator
from city.indicators import registry
from city.metrics import METRICS
from tests.city.makers import NOON, TOWN, batch, place

WANTED = re.findall(
    r"\w+",
    """
feedback_open feedback_overdue feedback_age_p50 feedback_age_p90 feedback_received_7d feedback_closed_7d
feedback_net_flow_7d feedback_on_time_rate_30d feedback_on_time_extended_rate_30d feedback_extension_rate_30d
feedback_first_response_p50_30d feedback_resolution_p50_30d feedback_resolution_p90_30d feedback_satisfaction_30d
feedback_rated_share_30d feedback_verified_share_30d
incidents_open incidents_severe_open incidents_24h incidents_7d dispatch_p50_24h response_p50_24h response_p90_24h
fires_24h rescues_open crime_per_100k_30d
vn_aqi pm2_5_24h pm10_24h river_level river_alarm_level river_rise_rate river_hours_to_next_level rain_1h rain_24h
rain_72h flood_depth_max heat_index noise_laeq_1h
cases_received_7d cases_open cases_overdue cases_on_time_rate_30d online_submission_rate_30d online_payment_rate_30d
data_reuse_rate_30d processing_days_p50_30d services_satisfaction_30d services_rated_share_30d
average_speed travel_time_index planning_time_index_7d congested_share traffic_incidents_open incident_clearance_p90_24h
roads_closed crashes_30d crash_casualties_30d
bed_occupancy icu_beds_free ed_wait_p50 ambulance_response_p50_24h dengue_7d_per_100k outbreaks_open facilities_down
data_correct data_sufficient data_clean data_live data_unified data_shared
""",
)
SECTIONS = ("feedback", "public_order", "environment", "services", "traffic", "health", "data")
CODES = list(registry())


def test_every_indicator_that_was_agreed_is_there_in_its_order():
    assert [c for domain in SECTIONS for c in CODES if registry()[c].domain == domain] == WANTED


@pytest.mark.parametrize("code", CODES)
def test_an_indicator_says_what_it_is(code):
    i: Indicator = registry()[code]
    assert i.code == code and re.fullmatch(r"[a-z][a-z0-9_]*", code)
    assert i.domain in DOMAINS
    assert i.unit and i.title and i.formula
    assert i.definition.endswith(".") and len(i.definition) > 15
    assert i.needs and all(n in METRICS or n in BEGINS or n == FEEDS for n in i.needs)
    assert i.thresholds.source


@pytest.mark.parametrize("code", CODES)
def test_limits_rise_towards_the_worse(code):
    i = registry()[code]
    limits = [x for x in (i.thresholds.watch, i.thresholds.warning, i.thresholds.alarm) if x is not None]
    assert limits == sorted(set(limits), reverse=i.better == "higher")


@pytest.mark.parametrize("code", CODES)
def test_of_an_empty_city_nothing_is_known(code):
    for places in ([], [place("a")]):
        outcome = picture(TOWN, batch(whole=True, place=places), NOON).outcome(code)
        assert np.isnan(outcome.values).all()
        assert len(outcome.values) == len(places) + 2
        assert set(outcome.levels.tolist()) == {4}


def test_files_of_indicators_are_found_by_themselves():
    files = {p.stem for p in (Path(__file__).resolve().parents[3] / "city" / "indicators").glob("*.py")} - {"__init__"}
    assert len(files) >= 6
    assert sum(len(__import__(f"city.indicators.{f}", fromlist=["x"]).INDICATORS) for f in files) == len(registry())


@pytest.mark.parametrize("code", CODES)
def test_every_formula_is_written_down(code):
    page = (Path(__file__).resolve().parents[3] / "docs" / "formulas.md").read_text("utf-8")
    assert re.search(rf"^\| .*`{code}`.* \|", page, re.M)
