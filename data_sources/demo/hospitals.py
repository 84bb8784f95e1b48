"""The demo city's health: hospitals and centres that tell of their beds, ambulances, and dengue in each place."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from city.batch import Array
from city.places import Places
from data_sources.demo.chance import uniform, wave
from data_sources.demo.readings import Read, marks, rounded, trait
from data_sources.demo.rhythm import DAY_ZERO
from data_sources.demo.sensors import Sensor, near
from data_sources.demo.weather import ZONE, Weather

HOSPITAL = ("beds_occupied", "beds_available", "icu_beds_free", "ed_wait_minutes")
CENTRE = ("beds_occupied", "beds_available")
# place, name, staffed beds, beds in intensive care; names are real, figures made up
HOSPITALS = (
    ("19789", "Bệnh viện Trung ương Huế", 2600, 160), ("19819", "Bệnh viện Trung ương Huế cơ sở 2", 420, 24),
    ("19789", "Bệnh viện Trường Đại học Y Dược Huế", 700, 40), ("19960", "Bệnh viện Đa khoa Phú Bài", 320, 14),
)  # fmt: skip
CENTRES = (
    ("20107", "Trung tâm Y tế Phú Lộc", 180), ("19996", "Trung tâm Y tế Hương Trà", 160),
    ("19900", "Trung tâm Y tế Thuận An", 140), ("20044", "Trung tâm Y tế A Lưới", 130),
    ("20161", "Trung tâm Y tế Nam Đông", 80), ("20137", "Bệnh viện Chân Mây", 100),
    ("19774", "Bệnh viện Phục hồi chức năng", 120), ("19753", "Trung tâm Y tế Phú Xuân", 150),
)  # fmt: skip


def sensors(places: Places) -> Iterator[Sensor]:
    for n, (code, name, beds, icu) in enumerate(HOSPITALS, 1):
        if place := places.get(code):
            traits = {"beds": float(beds), "icu": float(icu)}
            yield Sensor(
                f"BV{n:02d}", "hospital", name, code, *near(place, name), 120, HOSPITAL, {"icu_beds": icu}, traits
            )
    for n, (code, name, beds) in enumerate(CENTRES, 1):
        if place := places.get(code):
            yield Sensor(
                f"YT{n:02d}", "hospital", name, code, *near(place, name), 360, CENTRE, traits={"beds": float(beds)}
            )
    for place in places.all:
        people, spot = (
            {"people": float(np.nan_to_num(place.population, nan=20_000))},
            near(place, f"dengue {place.code}", 0.1),
        )
        title = f"Giám sát dịch {place.name}"
        yield Sensor(
            f"SXH-{place.code}", "surveillance", title, place.code, *spot, 1440, ("cases_dengue",), traits=people
        )
    if place := places.get("19789"):
        metrics = ("ambulance_response_minutes",)
        yield Sensor("CC115", "ambulance", "Trung tâm Cấp cứu 115", place.code, *near(place, "115"), 60, metrics)


def _full(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    """The share of beds taken: by the week, by the hour, and by the flood."""
    weekly = 0.03 * np.cos(2 * np.pi * ((t + ZONE) / 24 - 5) / 7)
    own = 0.16 * uniform(marks(sensors), 1) + 0.05 * wave(t / 40, weather.seed, marks(sensors))
    full: Array = np.clip(0.70 + weekly + own + 0.12 * weather.distress(t), 0.4, 1.04)
    return full


def beds_occupied(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    return rounded(trait(sensors, "beds") * _full(weather, sensors, t))


def beds_available(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    """Staffed: fewer at the flood's peak, when people can't come to work."""
    return rounded(trait(sensors, "beds") * (1 - 0.08 * weather.distress(t)))


def icu_beds_free(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    free = trait(sensors, "icu") * np.maximum(1.08 - _full(weather, sensors, t), 0)
    return rounded(free)


def ed_wait(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    busy = 28 + 24 * np.exp(-((((t + ZONE) % 24) - 19) ** 2) / 18) + 90 * weather.distress(t)
    return rounded(busy * (1 + 0.3 * wave(t / 5, weather.seed, marks(sensors))))


def ambulance(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    drawn = 1 + 0.35 * wave(t * 3, weather.seed, marks(sensors))
    return rounded(7.5 * drawn * (1 + 2.5 * weather.distress(t)), 1)


def dengue(weather: Weather, sensors: list[Sensor], t: Array) -> Array:
    """Most from September to December, and for some weeks far more here or there; whole cases, by chance."""
    day = np.floor((t + ZONE) / 24).astype(np.int64)
    of_year = np.vectorize(lambda d: date.fromordinal(DAY_ZERO + int(d)).timetuple().tm_yday, otypes=[float])(day)
    season = 0.35 + 0.65 * (1 + np.cos(2 * np.pi * (of_year - 305) / 365.25)) / 2
    rate = 1.6e-5 * trait(sensors, "people") * season * (1 + 0.8 * wave(t / 400, weather.seed, marks(sensors)))
    rate = rate * (1 + 4 * _surge(weather.seed, marks(sensors), t))
    chance, cases, term = uniform(weather.seed, marks(sensors), day, 31), np.zeros(t.shape), np.exp(-rate)
    reached = term.copy()
    for n in range(1, 15):  # Poisson's distribution turned round: how many cases a draw stands for
        cases += chance > reached
        term = term * rate / n
        reached = reached + term
    return cases


def _surge(seed: int, mark: Array, t: Array) -> Array:
    """0 to 1: the outbreak of a place, six weeks that come and go, once in two years or so."""
    turn = t / (24 * 45) + uniform(mark, 41)
    block = np.floor(turn)
    hit = uniform(seed, mark, block.astype(np.int64), 42) < 0.06
    out: Array = hit * np.sin(np.pi * (turn - block))
    return out


READ: dict[str, Read] = {
    "beds_occupied": beds_occupied,
    "beds_available": beds_available,
    "icu_beds_free": icu_beds_free,
    "ed_wait_minutes": ed_wait,
    "ambulance_response_minutes": ambulance,
    "cases_dengue": dengue,
}
