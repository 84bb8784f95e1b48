import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.metrics import METRICS
from data_sources.standards.quantities import CEFACT, SENML, SYMBOLS, conversion, number, symbol
from data_sources.standards.rows import RowError


@pytest.mark.parametrize(
    ("metric", "code", "theirs", "ours"),
    [
        ("pm2_5", "GQ", 35.0, 35.0),
        ("co", "GP", 0.4, 400.0),
        ("temperature", "CEL", 25.0, 25.0),
        ("temperature", "FAH", 77.0, 25.0),
        ("temperature", "KEL", 273.15, 0.0),
        ("water_level", "CMT", 152.0, 1.52),
        ("water_level", "FOT", 10.0, 3.048),
        ("flood_depth", "MTR", 0.3, 30.0),
        ("speed", "MTS", 10.0, 36.0),
        ("speed", "HM", 60.0, 96.56064),
        ("speed", "KNT", 1.0, 1.852),
        ("humidity", "C62", 0.54, 54.0),
        ("humidity", "P1", 54.0, 54.0),
        ("occupancy", "P1", 12.0, 0.12),
        ("rain", "INH", 1.0, 25.4),
        ("noise_laeq", "2N", 67.8, 67.8),
    ],
)
def test_units_of_recommendation_20_become_the_contract_s(metric: str, code: str, theirs: float, ours: float) -> None:
    into = conversion(metric, symbol(code, CEFACT))
    assert into(theirs) == pytest.approx(ours, rel=1e-12, abs=1e-9)
    assert into.unit == METRICS[metric].unit


def test_the_same_unit_changes_no_bit() -> None:
    assert conversion("temperature", "°C")(12.2) == 12.2


@pytest.mark.parametrize(
    ("metric", "unit"), [("pm10", "m"), ("co", "ppm"), ("speed", "vehicles/h"), ("rain", "9**9**9**9")]
)
def test_what_can_t_become_the_contract_s_unit_is_refused(metric: str, unit: str) -> None:
    with pytest.raises(RowError):
        conversion(metric, unit)


def test_a_metric_of_nobody_keeps_its_unit() -> None:
    assert conversion("wind_speed", "m/s").unit == "m/s"


def test_every_listed_unit_is_known_to_the_library_or_never_converted() -> None:
    listed = {*CEFACT.values(), *SENML.values(), *SYMBOLS.values()}
    assert len(listed) > 40
    for unit in listed:
        for metric in METRICS:
            try:
                assert conversion(metric, unit).unit == METRICS[metric].unit
            except RowError:
                continue


@pytest.mark.parametrize("value", [True, None, [], {}, "", "warm", float("nan"), float("inf"), "NaN", "1e999", 10**400])
def test_what_is_no_finite_number_is_refused(value: object) -> None:
    with pytest.raises(RowError):
        number(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_and_its_text_are_the_same(value: float) -> None:
    assert number(value) == number(repr(value)) == value
