"""Is anybody reading the feeds? Told by the feeds' own notes: by whoever can read them, not by who should write.

A process that hangs, was cut off or was never started notes nothing; only a reader's clock can tell.
"""

import numpy as np

from city.feed_state import NEVER
from city.scene import Scene

SILENCE = np.timedelta64(150, "s")
"""With the seconds until a screen shows it, three minutes. A busy feed's runs are noted a few times a minute."""
LONGEST = 366 * 86_400.0
"""Seconds; a table anybody writes may hold `infinity`."""


def stopped_since(scene: Scene) -> np.datetime64:
    """When the last run of any feed began, once that is longer ago than twice the shortest interval, and SILENCE.

    NaT while something runs, and where there is no feed.
    """
    feeds, at = scene.tables["feed"], scene.at
    there = ~np.isnat(feeds["declared_at"]) & ~(feeds["withdrawn_at"] <= at)
    if not there.any():
        return NEVER
    heard = np.fmax(feeds["run_at"][there], feeds["declared_at"][there]).max()
    shortest = np.clip(np.nan_to_num(feeds["every"][there], nan=LONGEST), 0, LONGEST).min()
    limit = max(SILENCE, np.timedelta64(int(2 * shortest), "s"))
    return heard if np.subtract(at, heard) > limit else NEVER
