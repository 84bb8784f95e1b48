"""Citizens' feedback, as a city's portal has it: categories, units, deadlines given as dates, extensions, ratings."""

from datetime import date

import numpy as np

from city.batch import Array
from data_sources.demo.arrivals import World, arrivals, day_begins, in_order, recorded, repeated, spots, texts
from data_sources.demo.frame import moments
from data_sources.demo.lives import Lives, Shape
from data_sources.demo.rhythm import HOURLY_CALLS, after_working_days

SOURCE = "demo-feedback"
A_DAY = 400.0
LONGEST_DAYS = 76  # how long the slowest ticket takes
# category, unit that handles it ("" the place's own), working days allowed, weight, how much heavier in a flood,
# and the share of the allowed time that half of its tickets take
CATEGORIES = (
    ("Hạ tầng giao thông", "Sở Xây dựng", 5, 14, 1.0, 1.08),
    ("Chiếu sáng công cộng", "Trung tâm Công viên cây xanh", 3, 9, 0.6, 0.85),
    ("Cây xanh", "Trung tâm Công viên cây xanh", 3, 6, 2.0, 0.95),
    ("Rác thải, vệ sinh môi trường", "Công ty Môi trường và Công trình đô thị", 2, 16, 2.5, 1.0),
    ("Ngập úng, thoát nước", "Công ty Môi trường và Công trình đô thị", 2, 5, 14.0, 1.1),
    ("Trật tự đô thị", "", 3, 13, 0.2, 1.2),
    ("An ninh trật tự", "Công an thành phố", 3, 7, 0.8, 0.85),
    ("Cấp điện", "Công ty Điện lực Huế", 1, 5, 9.0, 0.6),
    ("Cấp nước", "Công ty Cấp nước Huế", 2, 5, 6.0, 0.7),
    ("Tiếng ồn", "", 2, 6, 0.1, 1.25),
    ("An toàn thực phẩm", "Sở An toàn thực phẩm", 5, 2, 0.3, 1.1),
    ("Du lịch, dịch vụ", "Sở Du lịch", 3, 3, 0.2, 0.8),
    ("Đất đai, xây dựng", "", 5, 5, 0.2, 1.25),
    ("Thủ tục hành chính", "Trung tâm Phục vụ hành chính công", 5, 3, 0.2, 0.8),
    ("Viễn thông, Internet", "Sở Khoa học và Công nghệ", 3, 1, 5.0, 0.8),
)
CHANNELS = (("Hue-S", 0.82), ("Tổng đài 19001075", 0.11), ("Zalo", 0.05), ("Trực tiếp", 0.02))
SHAPE = Shape(
    "feedback",
    shown={
        **{"verified_at": "verified", "duplicate_of": "verified", "assigned_at": "assigned", "agency": "assigned"},
        **{"due_at": "assigned", "extended_to": "extended", "first_response_at": "answered"},
        **{"closed_at": "closed", "rating": "rated"},
    },
    status={
        **{"received": "received", "verified": "verified", "assigned": "assigned", "answered": "in_progress"},
        **{"extended": "extension_requested", "refused": "rejected", "closed": "closed"},
    },
)


def tickets(world: World, day: date) -> Lives:
    """The tickets received on one day, whole lives."""
    rng = world.draws("feedback", day)
    t = arrivals(rng, world, day, HOURLY_CALLS, A_DAY, (4.0, 0.04))
    kind = _kinds(rng, world, t)
    allowed, pace = (np.array([c[i] for c in CATEGORIES])[kind] for i in (2, 5))
    due = {n: day_begins(after_working_days(day, n)) for n in range(1, 11)}
    slower = pace * (1 + 1.5 * world.weather.distress(t))  # everybody is out in the water
    hours = _hours(rng, t, allowed, np.array([due[n] for n in allowed.tolist()]), slower)
    where = spots(rng, world.places, len(t), 0.035)
    ids = texts([f"HS{day:%y%m%d}{n:04d}" for n in range(1, len(t) + 1)])
    columns = _columns(rng, world, kind, ids, where) | {f"{k}_at": moments(v) for k, v in hours["happened"].items()}
    columns |= {"extended_to": moments(hours["set"]["extended_to"]), "rating": hours["set"]["rating"]}
    return Lives(SHAPE, columns, _known(rng, columns, hours["known"]))


def _kinds(rng: np.random.Generator, world: World, t: Array) -> Array:
    weight, heavier = (np.array([c[i] for c in CATEGORIES], dtype=float) for i in (3, 4))
    share = world.weather.distress(t)[:, None]
    odds = np.cumsum(weight * (1 - share) + weight * heavier * share, axis=1)
    kinds: Array = (rng.random(len(t))[:, None] * odds[:, -1:] > odds).sum(axis=1)
    return kinds


def _hours(
    rng: np.random.Generator, t: Array, allowed: Array, due: Array, slower: Array
) -> dict[str, dict[str, Array]]:
    """The moments of each life, in hours since 1970; NaN for never."""
    n = len(t)
    verified = t + np.exp(rng.normal(-0.4, 0.9, n))
    refused = rng.random(n) < 0.07
    assigned = np.where(refused, np.nan, verified + np.exp(rng.normal(0.4, 0.9, n)))
    taken = 24 * allowed * slower * np.exp(rng.normal(0.08, 0.45, n))
    # one in two thousand is forgotten for weeks: the backlog's tail, too thin to turn an ordinary day into an alarm
    taken = np.where(rng.random(n) < 0.0005, rng.uniform(18, LONGEST_DAYS - 2, n) * 24, taken)
    closed = np.maximum(assigned + 0.3, t + np.minimum(taken, 24.0 * (LONGEST_DAYS - 2)))
    first = np.where(rng.random(n) < 0.08, np.nan, assigned + (closed - assigned) * rng.beta(1.3, 4, n))
    asks = due + 24 - rng.uniform(1, 30, n)
    extends = (rng.random(n) < 0.34) & (closed > asks) & (asks > assigned)
    rated = np.where(rng.random(n) < 0.34, closed + np.exp(rng.normal(1.5, 1.2, n)), np.nan)
    late = closed > due + 24
    rating = np.clip(np.round(rng.normal(np.where(late, 4.3, 4.8), 0.8)), 1, 5)
    return {
        "happened": {
            **{"received": t, "verified": verified, "assigned": assigned, "first_response": first},
            **{"closed": closed, "due": np.where(refused, np.nan, due)},
        },
        "set": {
            "extended_to": np.where(extends, due + 24 * rng.integers(2, 8, n), np.nan),
            "rating": np.where(np.isnan(rated), np.nan, rating),
        },
        "known": {
            **{"received": t, "verified": verified, "refused": np.where(refused, verified, np.nan)},
            **{"assigned": assigned, "answered": first, "extended": np.where(extends, asks, np.nan)},
            **{"closed": closed, "rated": rated},
        },
    }


def _known(rng: np.random.Generator, columns: dict[str, Array], hours: dict[str, Array]) -> dict[str, Array]:
    known = in_order(*(recorded(rng, hours[name]) for name in hours))
    return dict(zip(hours, known, strict=True))


def _columns(
    rng: np.random.Generator, world: World, kind: Array, ids: Array, where: dict[str, Array]
) -> dict[str, Array]:
    n = len(kind)
    names = texts([c[0] for c in CATEGORIES])[kind]
    own = [_office(world, code) for code in where["place_code"]]
    units = texts([CATEGORIES[k][1] or o for k, o in zip(kind.tolist(), own, strict=True)])
    channel = rng.choice(len(CHANNELS), size=n, p=[share for _, share in CHANNELS])
    duplicate = repeated(None, n)
    for i in np.flatnonzero(rng.random(n) < 0.035).tolist():
        duplicate[i] = ids[rng.integers(0, i)] if i else None
    summary = [f"Phản ánh về {c.lower()}, {o.removeprefix('UBND ')}" for c, o in zip(names.tolist(), own, strict=True)]
    for i in np.flatnonzero(rng.random(n) < 0.004).tolist():
        summary[i] = f"<b onmouseover=alert(1)>GẤP</b> {summary[i]} <script>alert(2)</script>"
    names[rng.random(n) < 0.015] = None
    return {
        **{"source": repeated(SOURCE, n), "feedback_id": ids, "category": names, "agency": units},
        **{"channel": texts([c for c, _ in CHANNELS])[channel], "urgent": (rng.random(n) < 0.05).astype(object)},
        **{"summary": texts(list(summary)), "duplicate_of": duplicate},
        **where,
    }


def _office(world: World, code: str | None) -> str:
    place = world.places.get(code) if code else None
    return f"UBND {place.kind} {place.name}" if place else "UBND thành phố Huế"
