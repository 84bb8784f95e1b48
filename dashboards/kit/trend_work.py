"""Trend lines still to be worked out for the pages somebody looks at: one moment of one indicator at a time."""

from dataclasses import dataclass

import numpy as np

from city.snapshot import Snapshot
from dashboards.kit.channel import Channel
from dashboards.kit.channels import Channels
from dashboards.kit.trends import Trends


@dataclass(frozen=True, slots=True)
class Worked:
    """`channel` and `snapshot` are whose line it is; `last` when none of its lines is left to be worked out."""

    channel: Channel
    snapshot: Snapshot
    last: bool


class TrendWork:
    """One thread takes the steps; any may ask how many are left."""

    def __init__(self, trends: Trends) -> None:
        self.trends = trends
        self._todo: list[tuple[Channel, Snapshot, str, np.datetime64]] = []

    def __len__(self) -> int:
        return len(self._todo)

    def step(self, channels: Channels, now: Snapshot) -> Worked | None:
        """One moment of one indicator of one page; None when every line is there."""
        if not self._todo:
            self._todo = self._missing(channels, now)
        if not self._todo:
            return None
        channel, snapshot, code, moment = self._todo.pop()
        self.trends.work_out(snapshot, code, moment)
        return Worked(channel, snapshot, not self._todo)

    def _missing(self, channels: Channels, now: Snapshot) -> list[tuple[Channel, Snapshot, str, np.datetime64]]:
        """Those of the first page that misses any."""
        for channel in channels:
            snapshot = channel.fixed or now
            if channel.screens and snapshot.version:
                found = self.trends.missing(snapshot, channel.codes)
                if found:
                    return [(channel, snapshot, *m) for m in found]
        return []
