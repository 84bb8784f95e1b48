import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_sources.standards.rows import RowError
from data_sources.standards.statuses import OURS, closing, status_of
from data_sources.standards.vocabulary import metric_of, snake


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        *(
            ("PM2.5", "pm2_5"),
            ("pm25", "pm2_5"),
            ("NO2", "no2"),
            ("relativeHumidity", "humidity"),
            ("LAeq", "noise_laeq"),
        ),
        *(
            ("Air Temperature", "temperature"),
            ("precipitation", "rain"),
            ("windSpeed", "wind_speed"),
            ("LAmax", "la_max"),
        ),
        ("Nhiệt độ", "nhiệt_độ"),
    ],
)
def test_a_property_s_name_is_a_metric_or_itself(theirs: str, ours: str) -> None:
    assert metric_of(theirs, {}) == ours


def test_a_name_of_nothing_is_refused() -> None:
    with pytest.raises(RowError):
        metric_of("{}", {})


@given(st.text(max_size=40))
def test_snake_case_stays_as_it_is(name: str) -> None:
    assert snake(snake(name)) == snake(name)


@pytest.mark.parametrize("word", sorted(OURS))
def test_our_own_words_are_understood(word: str) -> None:
    assert status_of(word, {}) == word


def test_what_is_not_closed_has_no_closing() -> None:
    assert closing("received", None) is None
    with pytest.raises(RowError):
        closing("closed", None)
