"""How long the indicators take: a city of Hue's size at one moment, nothing kept from the moment before.

The city: 40 places, 45 days of tickets (400 a day) and incidents (150 a day), 230 sensors that report every five
minutes for as long as their metric is kept.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from bench.figure import Figure
from city.batch import CARRIED, Batch, Change, column
from city.city import picture
from city.config import CityFile, MapView
from city.indicators import registry
from city.metrics import METRICS
from city.scene import Scene, instant
from city.tables import Tables

AT = datetime(2026, 5, 20, 5, tzinfo=UTC)
CITY = CityFile(code="bench", timezone="Asia/Ho_Chi_Minh", name={"en": "Bench"}, map=MapView(center=(16.4, 107.6)))
PLACES, DAYS, EVERY = 40, 45, timedelta(minutes=5)
STATIONS = {
    **dict.fromkeys(("pm2_5", "pm10", "o3", "no2", "so2", "co"), 15),
    **{"water_level": 20, "rain": 40, "flood_depth": 30, "temperature": 20, "humidity": 20, "noise_laeq": 10},
}
"""How many sensors of each metric; those of the same number are one station, so that 15 measure all six pollutants."""


def _columns(table: str, size: int, **known: np.ndarray) -> Change:
    """Columns not given are null."""
    return Change({c: known[c] if c in known else column(c, [None] * size) for c in CARRIED[table]})


def _texts(values: list[Any]) -> np.ndarray:
    return column("name", values)


def _after(rng: np.random.Generator, times: np.ndarray, share: float, mean_hours: float) -> np.ndarray:
    """Some of the times later by an exponential delay, the others never."""
    later = times + (rng.exponential(mean_hours, len(times)) * 3.6e9).astype("timedelta64[us]")
    return np.where(rng.random(len(times)) < share, later, np.datetime64("NaT", "us"))


def _begun(rng: np.random.Generator, size: int) -> np.ndarray:
    return instant(AT) - (rng.random(size) * DAYS * 86_400e6).astype("timedelta64[us]")


def _common(rng: np.random.Generator, size: int, key: str) -> dict[str, np.ndarray]:
    place = [f"p{i:02}" if i < PLACES else None for i in rng.integers(0, PLACES + 1, size)]
    return {
        "source": _texts(["bench"] * size),
        key: _texts([f"{i}" for i in range(size)]),
        "place_code": _texts(place),
    }


def feedback(rng: np.random.Generator, a_day: int = 400) -> Change:
    size = a_day * DAYS
    received = _begun(rng, size)
    return _columns(
        "feedback",
        size,
        **_common(rng, size, "feedback_id"),
        received_at=received,
        closed_at=_after(rng, received, 0.9, 60),
        first_response_at=_after(rng, received, 0.9, 8),
        due_at=_after(rng, received, 0.9, 96),
        extended_to=_after(rng, received, 0.1, 200),
        status=_texts(rng.choice(["closed", "received", "rejected"], size, p=[0.8, 0.17, 0.03]).tolist()),
        duplicate_of=_texts([None if x < 0.97 else "1" for x in rng.random(size)]),
        rating=np.where(rng.random(size) < 0.3, rng.integers(1, 6, size), np.nan),
    )


def events(rng: np.random.Generator, a_day: int = 150) -> Change:
    size = a_day * DAYS
    opened = _begun(rng, size)
    return _columns(
        "event",
        size,
        **_common(rng, size, "event_id"),
        opened_at=opened,
        acknowledged_at=_after(rng, opened, 0.95, 0.05),
        arrived_at=_after(rng, opened, 0.9, 0.2),
        closed_at=_after(rng, opened, 0.98, 2),
        severity=rng.integers(1, 6, size).astype(float),
        domain=_texts(rng.choice(["public_order", "traffic"], size, p=[0.7, 0.3]).tolist()),
        category=_texts(rng.choice(["fire", "rescue", "crime_theft", "noise"], size).tolist()),
    )


def observations(rng: np.random.Generator) -> Change:
    each = [(f"s{i}", metric, f"p{i % PLACES:02}") for metric, size in STATIONS.items() for i in range(size)]
    steps = [int(METRICS[metric].window / EVERY) for _, metric, _ in each]
    total = sum(steps)
    spread = [np.repeat(_texts(list(part)), steps) for part in zip(*each, strict=True)]
    return _columns(
        "observation",
        total,
        source=_texts(["bench"] * total),
        observed_at=np.concatenate([instant(AT) - np.arange(n) * np.timedelta64(EVERY) for n in steps]),
        value=rng.gamma(4, 8, total),
        **dict(zip(("sensor_id", "metric", "place_code"), spread, strict=True)),
    )


def sensors(size: int = 40) -> Change:
    return _columns(
        "sensor",
        size,
        source=_texts(["bench"] * size),
        sensor_id=_texts([f"s{i}" for i in range(size)]),
        expected_every=np.full(size, EVERY.total_seconds()),
        attributes=_texts([{"bd1": 1.0, "bd2": 2.0, "bd3": 3.5}] * size),
    )


def town() -> Tables:
    rng = np.random.default_rng(1)
    codes = _texts([f"p{i:02}" for i in range(PLACES)])
    changes = {
        "place": _columns("place", PLACES, place_code=codes, name=codes, population=np.full(PLACES, 3e4)),
        "sensor": sensors(),
        "feedback": feedback(rng),
        "event": events(rng),
        "observation": observations(rng),
    }
    began = dict.fromkeys(("feedback", "event"), instant(AT) - np.timedelta64(400, "D"))
    return picture(CITY, Batch(changes, whole=True, began=began), AT).tables


def anew(held: Tables) -> Scene:
    """A scene in which nothing has been worked out yet, as after a batch that touched every table."""
    rows = {t: replace(r, _made={}) for t, r in held.rows.items()}
    return Scene(
        replace(held, rows=rows, readings={m: replace(r) for m, r in held.readings.items()}), instant(AT), CITY
    )


def by_indicator(held: Tables, repeats: int) -> dict[str, list[float]]:
    """Milliseconds; what several share is borne by the first of them."""
    taken: dict[str, list[float]] = {code: [] for code in registry()}
    for _ in range(repeats):
        scene = anew(held)
        for code, indicator in registry().items():
            begun = perf_counter()
            indicator.outcome(scene)
            taken[code].append(1e3 * (perf_counter() - begun))
    return taken


def _by_place(held: Tables) -> None:
    """The plain way to two of the numbers: a data frame, grouped."""
    rows = held["feedback"]
    frame = pd.DataFrame({c: rows[c] for c in ("slot", "status", "duplicate_of", "received_at", "closed_at")})
    now = pd.Timestamp(instant(AT))
    frame = frame[(frame.status != "rejected") & frame.duplicate_of.isna() & (frame.received_at <= now)]
    still = frame[frame.closed_at.isna() | (frame.closed_at > now)]
    still.groupby("slot").size()
    (now - still.received_at).dt.total_seconds().groupby(still.slot).quantile(0.9)


def _ours(held: Tables) -> None:
    scene = anew(held)
    for code in ("feedback_open", "feedback_age_p90"):
        registry()[code].compute(scene)


def _took(what: Callable[[Tables], None], held: Tables) -> float:
    begun = perf_counter()
    what(held)
    return 1e3 * (perf_counter() - begun)


def measure(repeats: int = 31) -> list[Figure]:
    held = town()
    each = by_indicator(held, repeats)
    for code, taken in each.items():
        print(f"  {code:38} {median(taken):7.2f} ms")
    whole = [sum(run) for run in zip(*each.values(), strict=True)]
    pairs = [(_took(_ours, held), _took(_by_place, held)) for _ in range(repeats)]
    ours, plain = zip(*pairs, strict=True)
    return [
        Figure(f"all {len(each)} indicators, 40 places", "ms", whole, want="≤ 15"),
        Figure("open tickets and age p90 by place", "ms", list(ours), list(plain), against="pandas groupby"),
    ]
