"""How the demo's feeds did in the days before: counted from what was written, with faults made up."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import orjson

from city.batch import BEGINS, KEYS, Array, Columns, column
from city.feeds import FeedRun
from city.metrics import METRICS
from data_sources.demo.agencies import AGENCIES, EVERY, Outage
from data_sources.demo.chance import uniform, word
from data_sources.demo.frame import Frame
from data_sources.engine.contract import SourceInfo

HOUR = timedelta(hours=1)
BACKED_OFF = timedelta(seconds=30)
"""Between tries while a feed is down."""
WRONG = -999.0
"""What a broken sensor says."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that was refused: when, from where, why, and the row as JSON."""

    at: datetime
    source: str
    reason: str
    content: str


@dataclass
class Tally:
    """Counts the rows of frames by source and hour of recording, from `since` to `end`."""

    since: datetime
    end: datetime
    seed: int
    rows: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    delays: dict[tuple[str, int], float] = field(default_factory=dict)

    @property
    def begin(self) -> datetime:
        """The first whole hour."""
        return self.since.astimezone(UTC).replace(minute=0, second=0, microsecond=0)

    @property
    def hours(self) -> int:
        return -((self.begin - self.end) // HOUR)

    @property
    def outage(self) -> Outage:
        return Outage.before(self.end)

    def add(self, frame: Frame) -> None:
        at = BEGINS.get(frame.table, "observed_at")
        if at not in frame.columns:
            return
        hour = (frame.recorded_at - np.datetime64(self.begin.replace(tzinfo=None), "us")) // np.timedelta64(1, "h")
        inside = np.flatnonzero((hour >= 0) & (frame.recorded_at <= np.datetime64(self.end.replace(tzinfo=None), "us")))
        sources, lag = frame.columns["source"][inside], frame.recorded_at[inside] - frame.columns[at][inside]
        for source in set(sources.tolist()):
            mine = sources == source
            self._count(source, hour[inside][mine], lag[mine] / np.timedelta64(1, "s"), frame.turn[inside][mine] == 0)

    def _count(self, source: str, hours: Array, seconds: Array, first: Array) -> None:
        """What is told of a row later says nothing of how late it came."""
        for hour in np.unique(hours).tolist():
            here = hours == hour
            self.rows[source, hour] += int(here.sum())
            if (here & first).any():
                median = float(np.median(seconds[here & first]))
                self.delays[source, hour] = max(self.delays.get((source, hour), 0.0), median)


def wrong_rows(tally: Tally) -> list[Wrong]:
    """On most days one agency or another sends a few rows that can't be right."""
    out: list[Wrong] = []
    for card in AGENCIES:
        for day in range(1, tally.hours // 24):
            chance = uniform(tally.seed, word(card.key), tally.begin.toordinal() + day, np.arange(3))
            at = tally.begin + timedelta(days=day) + HOUR * int(24 * chance[1])
            if chance[0] < 0.45 and at < tally.end:
                out += [_wrong(card, at, n) for n in range(1 + int(4 * chance[2]))]
    return out


def _wrong(card: SourceInfo, at: datetime, n: int) -> Wrong:
    moment = (at - timedelta(minutes=7 * n + 3)).isoformat()
    row: dict[str, str | float]
    if not card.metrics:
        key, begins = KEYS[card.tables[0]][1], BEGINS[card.tables[0]]
        row = {key: f"{at:%m%d}-{n:03d}", "status": "received", begins: ""}
        return Wrong(at, card.key, f"no time: {begins} is empty", orjson.dumps(row).decode())
    metric = METRICS[card.metrics[n % len(card.metrics)]]
    row = {"sensor_id": f"{card.key[5:7].upper()}{n:02d}", "metric": metric.code, "observed_at": moment, "value": WRONG}
    low = max(metric.low, WRONG + 1)
    reason = f"{metric.code} {WRONG:g} is not between {low:g} and {metric.high:g}"
    return Wrong(at, card.key, reason, orjson.dumps(row).decode())


def hours(tally: Tally) -> Columns:
    """The columns of table `feed_hour`, and `recorded_at`."""
    refused: dict[tuple[str, int], int] = defaultdict(int)
    for w in wrong_rows(tally):
        refused[w.source, (w.at - tally.begin) // HOUR] += 1
    rows = [_hour(tally, card, n, refused[card.key, n]) for card in AGENCIES for n in range(tally.hours)]
    out: dict[str, Array] = {name: column(name, [r[name] for r in rows]) for name in rows[0] if name != "recorded_at"}
    out["recorded_at"] = column("observed_at", [r["recorded_at"] for r in rows])
    return out


def _hour(tally: Tally, card: SourceInfo, n: int, refused: int) -> dict[str, object]:
    begin = tally.begin + n * HOUR
    end, outage = min(begin + HOUR, tally.end), tally.outage
    down = card.key == outage.source and outage.begin <= begin < outage.end
    chance = uniform(tally.seed, word(card.key), n + tally.begin.toordinal() * 24, np.arange(3))
    stumbles = 0 if down or chance[0] > 0.02 else 4 + int(12 * chance[1])
    runs = (end - begin) // (BACKED_OFF if down else EVERY)
    gap = end - outage.begin if down else stumbles * BACKED_OFF if stumbles else 10 * EVERY
    new = tally.rows.get((card.key, n), 0)
    again = int(3 * chance[2]) if chance[0] > 0.9 else 0
    return {
        "source": card.key,
        "hour_at": begin,
        "runs": runs,
        "failed": runs if down else min(stumbles, runs),
        "succeeded_at": None if down else max(begin, end - EVERY),
        "longest_gap": gap.total_seconds(),
        "rows_read": new + refused + again,
        "rows_new": new,
        "rows_unchanged": again,
        "rows_refused": refused,
        "rows_duplicate": again,
        "rows_converted": 0,
        "delay": tally.delays.get((card.key, n)),
        "recorded_at": begin,
    }


def versions(tally: Tally) -> list[tuple[datetime, FeedRun]]:
    """The last run of each stretch of runs that went alike, told from when the stretch began: one stands for all, as in
    a history that was thinned."""
    found, outage = [], tally.outage
    for card in AGENCIES:
        stretches = [(tally.begin, tally.end, "ok")]
        if card.key == outage.source and tally.begin < outage.begin:
            stretches = [
                (tally.begin, outage.begin, "ok"),
                (outage.begin, outage.end, ""),
                (outage.end, tally.end, "ok"),
            ]
        for begin, end, well in stretches:
            new = tally.rows.get((card.key, (end - EVERY - tally.begin) // HOUR), 0)
            good = FeedRun(card.key, end - EVERY, "ok", None, timedelta(milliseconds=40), 160 * new, new, new)
            found.append(
                (begin, good if well else FeedRun(card.key, end - BACKED_OFF, "failed", outage.why, BACKED_OFF))
            )
    return sorted(found, key=lambda f: f[0])
