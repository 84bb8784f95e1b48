"""The city's day, week and year: when people drive, call and apply. Times are hours since 1970 in local time."""

from datetime import date, timedelta

import numpy as np

from city.batch import Array

DAY_ZERO = date(1970, 1, 1).toordinal()
LUNAR_NEW_YEAR = {
    **{2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17)},
    **{2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3)},
}
FIXED_HOLIDAYS = {(1, 1), (4, 30), (5, 1), (9, 2)}
HOURLY_CALLS = np.array([2, 1, 1, 1, 1, 2, 4, 6, 7, 7, 6, 5, 4, 4, 5, 6, 6, 7, 7, 7, 6, 6, 5, 3], dtype=float)
HOURLY_OFFICE = np.array([0, 0, 0, 0, 0, 0, 1, 6, 12, 13, 11, 6, 2, 7, 11, 11, 8, 3, 2, 2, 2, 1, 1, 0], dtype=float)
BY_WEEKDAY = np.array([1.12, 1.08, 1.05, 1.03, 1.02, 0.82, 0.68])  # Monday first


def new_year(day: date) -> bool:
    """The lunar new year's days: two before it to five after."""
    month_day = LUNAR_NEW_YEAR.get(day.year)
    return month_day is not None and -2 <= (day - date(day.year, *month_day)).days <= 5


def working(day: date) -> bool:
    return day.weekday() < 5 and not new_year(day) and (day.month, day.day) not in FIXED_HOLIDAYS


def volume(day: date) -> float:
    """How much is going on, as a share of an average day."""
    if new_year(day):
        return 0.3
    calm = 0.6 if (day.month, day.day) in FIXED_HOLIDAYS else 1.0
    return float(calm * BY_WEEKDAY[day.weekday()])


def after_working_days(day: date, days: int) -> date:
    """The working day so many working days after `day`."""
    while days > 0:
        day += timedelta(days=1)
        days -= working(day)
    return day


def rush(local: Array) -> Array:
    """Traffic between 0 (night) and 1 (the worst minutes of a weekday)."""
    hour, weekday = local % 24, (np.floor(local / 24).astype(np.int64) + 3) % 7
    peaks = np.exp(-(((hour - 7.2) / 1.1) ** 2)) + 0.9 * np.exp(-(((hour - 17.2) / 1.4) ** 2))
    base = 0.45 / (1 + np.exp(-(hour - 6) * 1.8)) / (1 + np.exp((hour - 21) * 1.2))
    busy = base + peaks * np.where(weekday < 5, 0.55, 0.25)
    calm = np.vectorize(lambda n: 0.45 if new_year(date.fromordinal(DAY_ZERO + int(n))) else 1.0, otypes=[float])
    days, which = np.unique(np.floor(local / 24), return_inverse=True)
    out: Array = np.clip(busy * calm(days)[which.reshape(local.shape)], 0, 1)
    return out


def hours_of(rng: np.random.Generator, hourly: Array, count: int) -> Array:
    """Hours of the day, drawn by an hourly profile."""
    return rng.choice(24, size=count, p=hourly / hourly.sum()) + rng.random(count)
