"""What a page says about itself: which picture, of when, followed how; and what the browser must know to heal."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np

from city.automation import stopped_since
from city.clock import Clock
from dashboards.kit.address import Address
from dashboards.kit.contract import View
from dashboards.kit.ground import ground
from dashboards.kit.hub import Hub, Lost, State
from dashboards.kit.language import Language

LOST = {
    "starting": "The first picture is being made",
    "database": "Database unreachable since {time}",
    "silent": "No new picture since {time}",
}

CLOCKS = {
    True: "The database's clock is {seconds} s ahead of this server's",
    False: "The database's clock is {seconds} s behind this server's",
}
APART_S = 5.0
"""Seconds between the two: more, and people are told."""

PAST = {
    "then": "Not now: {time}, as it was known then",
    "now": "Not now: {time}, by what is known today",
    "before": "Not now: {time}; nothing is stored from before {first}",
}


def meta(address: Address, view: View, state: State, hub: Hub, *, fixed: bool = False) -> dict[str, Any]:
    """Every frame's `meta`. `skeleton` changes when the page itself must be drawn again."""
    snapshot, say = view.snapshot, view.language
    frozen = fixed or not hub.clock.moving
    connection = "frozen" if frozen else "reconnecting" if state.lost else "live"
    past = fixed or not hub.clock.live
    return {
        "address": address.key,
        "version": snapshot.version,
        "at": snapshot.at.isoformat(),
        "connection": connection,
        "lost": lost(state.lost, say) if state.lost and not frozen else "",
        "storing": _storing(state, say) if not frozen else "",
        "clocks": _clocks(hub.ahead, say) if abs(hub.ahead) > APART_S and not frozen else "",
        "stopped": "" if frozen or past else _stopped(view),
        "past": _past(view, hub) if past else "",
        "fixed": fixed,
        "known": snapshot.known,
        "shown": say.moment(snapshot.at),
        "demo": say("Demo data") if snapshot.demo else "",
        "speed": 0.0 if frozen else speed(hub.clock),
        "patience_ms": round(1000 * min(10.0, 2 * hub.poll_seconds)),
        "skeleton": f"{ground(snapshot.places).stamp}{'' if snapshot.version else '-'}",
        "lang": say.code,
    }


def failing(told: Mapping[str, Any], say: Language, since: datetime) -> dict[str, Any]:
    """The `meta` of a page that could not be painted anew since then: what it shows is no longer live."""
    return {**told, "connection": "reconnecting", "lost": lost(Lost(since, "silent"), say)}


def lost(what: Lost, say: Language) -> str:
    """That no picture is made any more, and since when."""
    return say(LOST.get(what.reason, LOST["silent"]), time=say.time(what.since))


def _storing(state: State, say: Language) -> str:
    return say("Not storing since {time}", time=say.time(state.unstored)) if state.unstored else ""


def _stopped(view: View) -> str:
    since = stopped_since(view.snapshot.scene)
    when = None if np.isnat(since) else since.astype(datetime).replace(tzinfo=UTC)
    return view.language("Automation stopped since {time}", time=view.language.time(when)) if when else ""


def _clocks(ahead: float, say: Language) -> str:
    return say(CLOCKS[ahead > 0], seconds=say.number(round(abs(ahead))))


def _past(view: View, hub: Hub) -> str:
    say, snapshot, first = view.language, view.snapshot, hub.past.stored.first
    if first and snapshot.at < first:
        return say(PAST["before"], time=say.moment(snapshot.at), first=say.moment(first))
    return say(PAST[snapshot.known], time=say.moment(snapshot.at))


def speed(clock: Clock) -> float:
    """Seconds of the city a second of the world."""
    return float(getattr(clock, "speed", 1.0)) if clock.moving else 0.0
