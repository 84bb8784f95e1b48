"""Units: the figures of the handbooks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.units import _UNITS, conversion, unit_of


@pytest.mark.parametrize(
    ("value", "theirs", "ours", "expected"),
    [
        (60, "mph", "km/h", 96.56064),
        (10, "ft", "m", 3.048),
        (1, "inch", "mm", 25.4),
        (-40, "F", "°C", -40),
        (212, "degF", "C", 100),
        (300, "K", "°C", 26.85),
        (1.2, "MG/M3", "µg/m³", 1200),
        (35, "ug/m^3", "µg/m³", 35),
        (100, "cfs", "m³/s", 2.8316846592),
        (5, "m/s", "km/h", 18),
        (12, "knots", "km/h", 22.224),
        (45, "%", "1", 0.45),
        (1, "acre", "km²", 0.0040468564224),
        (30, "cm", "m", 0.3),
        (1013.25, "hPa", "kPa", 101.325),
    ],
)
def test_known_figures(value: float, theirs: str, ours: str, expected: float) -> None:
    found = conversion(theirs, ours)
    assert found is not None
    assert value * found.factor + found.offset == pytest.approx(expected, rel=1e-12)


@given(st.sampled_from(sorted(_UNITS)), st.sampled_from(sorted(_UNITS)), st.floats(-1e6, 1e6))
def test_there_and_back_is_where_it_was(a: str, b: str, value: float) -> None:
    there, back = conversion(a, b), conversion(b, a)
    assert (there is None) == (back is None) == (_UNITS[a].dimension != _UNITS[b].dimension)
    if there and back:
        returned = (value * there.factor + there.offset) * back.factor + back.offset
        assert returned == pytest.approx(value, rel=1e-9, abs=1e-6)


def test_spellings_of_one_unit() -> None:
    spelled = {unit_of(word) for word in ("µg/m³", "μg/m³", "ug/m3", "UG/M3", " ug / m3 ")}
    assert len(spelled) == 1 and None not in spelled


def test_ppb_is_no_concentration_by_weight() -> None:
    assert unit_of("ppb") is None and conversion("ppb", "µg/m³") is None
