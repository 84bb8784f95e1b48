"""Administrative cases: applications that the public service centres take in and complete."""

from datetime import date

import numpy as np

from data_sources.demo.arrivals import World, arrivals, day_begins, in_order, recorded, repeated, spots, texts
from data_sources.demo.frame import moments
from data_sources.demo.lives import Lives, Shape
from data_sources.demo.rhythm import HOURLY_OFFICE, after_working_days, working

SOURCE = "demo-services"
A_DAY = 620.0  # of a working day; Hue takes in about three times as many
LONGEST_DAYS = 60
# field, code, working days allowed, weight
FIELDS = (
    ("Hộ tịch", "1.001193", 1, 26),
    ("Chứng thực", "2.000815", 1, 20),
    ("Đất đai", "1.012781", 10, 18),
    ("Bảo trợ xã hội", "1.001776", 7, 8),
    ("Đăng ký kinh doanh", "1.001612", 3, 8),
    ("Xây dựng", "1.009994", 12, 7),
    ("Giao thông vận tải", "1.002796", 4, 6),
    ("Người có công", "1.010801", 10, 4),
    ("Giáo dục", "1.004438", 5, 3),
)
SHAPE = Shape(
    "administrative_case",
    shown={"completed_at": "completed", "rating": "rated"},
    status={"submitted": "received", "begun": "in_progress", "completed": "completed"},
)


def cases(world: World, day: date) -> Lives:
    """The cases submitted on one day, whole lives."""
    rng = world.draws("cases", day)
    t = arrivals(rng, world, day, HOURLY_OFFICE, A_DAY if working(day) else A_DAY / 9, (-0.85, 0.0))
    n = len(t)
    kind = rng.choice(len(FIELDS), size=n, p=np.array([f[3] for f in FIELDS]) / sum(f[3] for f in FIELDS))
    allowed = np.array([f[2] for f in FIELDS])[kind]
    closing = {days: day_begins(after_working_days(day, days)) + 17 for days in {f[2] for f in FIELDS}}
    due = np.array([closing[a] for a in allowed.tolist()])
    late = rng.random(n) < 0.065
    completed = np.where(late, due + rng.exponential(30, n), t + (due - t) * rng.beta(5, 2, n))
    completed = np.minimum(completed, t + 24.0 * (LONGEST_DAYS - 2))
    begun = t + (completed - t) * rng.beta(1.2, 8, n)
    rated = np.where(rng.random(n) < 0.18, completed + rng.exponential(6, n), np.nan)
    rating = np.clip(np.round(rng.normal(np.where(late, 3.5, 4.8), 0.6)), 1, 5)
    where = spots(rng, world.places, n, 0.012)
    found = [world.places.get(code) if code else None for code in where["place_code"]]
    columns = {
        "source": repeated(SOURCE, n),
        "case_id": texts([f"H57-{day:%y%m%d}-{i:04d}" for i in range(1, n + 1)]),
        "procedure_code": texts([f[1] for f in FIELDS])[kind],
        "field": texts([f[0] for f in FIELDS])[kind],
        "agency": texts([f"Trung tâm Phục vụ hành chính công {p.name}" if p else "Sở Nội vụ" for p in found]),
        "channel": texts(["online", "counter", "post"])[rng.choice(3, size=n, p=[0.91, 0.08, 0.01])],
        "data_reused": (rng.random(n) < 0.68).astype(object),
        "fee_paid_online": (rng.random(n) < 0.61).astype(object),
        "rating": np.where(np.isnan(rated), np.nan, rating),
        **{"submitted_at": moments(t), "due_at": moments(due), "completed_at": moments(completed)},
        "place_code": where["place_code"],
    }
    hours = {"submitted": t, "begun": begun, "completed": completed, "rated": rated}
    known = in_order(*(recorded(rng, h) for h in hours.values()))
    return Lives(SHAPE, columns, dict(zip(hours, known, strict=True)))
