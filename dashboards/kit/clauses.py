"""What a domain's sentence is made of: each clause one number in words, empty where the number is unknown."""

from collections.abc import Callable

import numpy as np

from city.indicators import registry
from city.scene import Scene, days
from city.snapshot import Number
from dashboards.kit import backlog, stations
from dashboards.kit.contract import View
from dashboards.kit.tile import sensor_name

WEEK = days(7)
Clauses = list[str]
BANDS = ("Good", "Moderate", "Poor", "Bad", "Very bad", "Hazardous")
ALARMS = ("below alarm level I", "at alarm level I", "at alarm level II", "at alarm level III")
COUNTED: dict[str, tuple[str, str]] = {
    "tickets_open": ("{n} ticket open", "{n} tickets open"),
    "cases_open": ("{n} case open", "{n} cases open"),
    "overdue": ("{n} overdue", "{n} overdue"),
    "oldest": ("oldest {n} day", "oldest {n} days"),
    "points_better": ("{n} point better than a week ago", "{n} points better than a week ago"),
    "points_worse": ("{n} point worse than a week ago", "{n} points worse than a week ago"),
    "incidents_open": ("{n} incident open", "{n} incidents open"),
    "of_them_severe": ("{n} of them severe", "{n} of them severe"),
    "in_24_hours": ("{n} in 24 hours", "{n} in 24 hours"),
    "more": ("{n} more than a week ago", "{n} more than a week ago"),
    "fewer": ("{n} fewer than a week ago", "{n} fewer than a week ago"),
    "roads_closed": ("{n} road closed", "{n} roads closed"),
    "intensive_care": ("{n} intensive care bed free", "{n} intensive care beds free"),
    "facilities_down": ("{n} facility down", "{n} facilities down"),
}
"""Words that hang on a number: one, and many."""


def _number(view: View, code: str) -> Number:
    return view.snapshot.number(code, view.slot)


def _value(view: View, code: str) -> float | None:
    return _number(view, code).value


def _said(view: View, code: str) -> str:
    n = _number(view, code)
    return view.language.number(n.value, n.indicator.decimals)


def _count(view: View, code: str, words: str) -> str:
    value = _value(view, code)
    return "" if value is None else view.language.counted(*COUNTED[words], value)


def week_before(view: View, code: str) -> float | None:
    """The indicator a week earlier, of the rows known here; None where unknown or before the first row."""
    indicator = registry()[code]

    def make(scene: Scene) -> object:
        earlier = scene.earlier(scene.at - WEEK)
        return indicator.compute(earlier).values if earlier.had(indicator.needs[0]) else scene.unknown()

    values = view.snapshot.scene.once(f"week before {code}", make)
    value = float(np.asarray(values)[view.slot])
    return None if np.isnan(value) else value


def change(view: View, code: str) -> str:
    """A share against a week ago, in points; empty where either is unknown."""
    now, before, say = _value(view, code), week_before(view, code), view.language
    if now is None or before is None:
        return ""
    points = round(now - before, 1)
    if points == 0:
        return say("as a week ago")
    better = (points > 0) == (registry()[code].better == "higher")
    size = abs(points)
    return say.counted(*COUNTED["points_better" if better else "points_worse"], size, 0 if size >= 2 else 1)


def on_time(view: View, code: str) -> str:
    if _value(view, code) is None:
        return view.language("on time unknown")
    parts = [view.language("{rate} % on time", rate=_said(view, code)), change(view, code)]
    return ", ".join(p for p in parts if p)


def _worst(view: View, code: str) -> str:
    """The place that stands worst, and its value; empty on a place's own page or where no place has one."""
    places, i = view.snapshot.places, registry()[code]
    values = view.snapshot.outcome(code).values[: places.unlocated]
    if view.slot != places.city or not len(values) or np.isnan(values).all():
        return ""
    slot = int(np.nanargmin(values) if i.better == "higher" else np.nanargmax(values))
    return f"{view.name(slot)} {view.language.number(float(values[slot]), i.decimals)}"


def _feedback(view: View) -> Clauses:
    say = view.language
    found = backlog.oldest(view.snapshot.scene, 1, None if view.place is None else view.slot)
    old = ""
    if found:
        days_ = say.counted(*COUNTED["oldest"], int(found[0].days))
        old = f"{days_}, {view.name(found[0].slot)}" if view.place is None else days_
    return [
        _count(view, "feedback_open", "tickets_open"),
        _count(view, "feedback_overdue", "overdue"),
        on_time(view, "feedback_on_time_rate_30d"),
        old,
    ]


def _services(view: View) -> Clauses:
    say = view.language
    online = _value(view, "online_submission_rate_30d")
    return [
        _count(view, "cases_open", "cases_open"),
        _count(view, "cases_overdue", "overdue"),
        on_time(view, "cases_on_time_rate_30d"),
        "" if online is None else say("{rate} % submitted online", rate=_said(view, "online_submission_rate_30d")),
    ]


def _public_order(view: View) -> Clauses:
    say = view.language
    response, target = _value(view, "response_p50_24h"), _number(view, "response_p50_24h").target
    help_ = "" if response is None else say("help comes in {n} min", n=_said(view, "response_p50_24h"))
    if help_ and target is not None:
        help_ += " " + say("(target {n})", n=say.number(target))
    return [
        _count(view, "incidents_open", "incidents_open"),
        _count(view, "incidents_severe_open", "of_them_severe"),
        help_,
        _more(view, "incidents_24h"),
    ]


def _more(view: View, code: str) -> str:
    now, before, say = _value(view, code), week_before(view, code), view.language
    told = _count(view, code, "in_24_hours")
    if now is None or before is None or not told:
        return told
    n = now - before
    if n == 0:
        return f"{told}, {say('as many as a week ago')}"
    return f"{told}, {say.counted(*COUNTED['more' if n > 0 else 'fewer'], abs(n))}"


def _traffic(view: View) -> Clauses:
    say = view.language
    index, congested = _value(view, "travel_time_index"), _value(view, "congested_share")
    slow = _worst(view, "travel_time_index")
    return [
        ""
        if index is None
        else say("trips take {n} times their time on free roads", n=_said(view, "travel_time_index")),
        "" if congested is None else say("{rate} % of roads congested", rate=_said(view, "congested_share")),
        say("slowest in {place}", place=slow) if slow and index is not None else "",
        _count(view, "roads_closed", "roads_closed"),
        _count(view, "traffic_incidents_open", "incidents_open"),
    ]


def _health(view: View) -> Clauses:
    say = view.language
    full, fullest = _value(view, "bed_occupancy"), _worst(view, "bed_occupancy")
    dengue = _value(view, "dengue_7d_per_100k")
    down = _value(view, "facilities_down")
    return [
        "" if full is None else say("{rate} % of beds occupied", rate=_said(view, "bed_occupancy")),
        say("fullest {place} %", place=fullest) if fullest and full is not None else "",
        _count(view, "icu_beds_free", "intensive_care"),
        "" if dengue is None else say("{n} dengue cases per 100,000 in 7 days", n=_said(view, "dengue_7d_per_100k")),
        _count(view, "facilities_down", "facilities_down") if down else "",
    ]


def _environment(view: View) -> Clauses:
    say = view.language
    air, rain = _number(view, "vn_aqi"), _number(view, "rain_24h")
    river, alarm = _number(view, "river_level"), _value(view, "river_alarm_level")
    depth = _number(view, "flood_depth_max")
    water = ""
    if river.value is not None:
        water = say("river {n} m at {gauge}", n=_said(view, "river_level"), gauge=sensor_name(river.sensor, view))
        water += "" if alarm is None else f", {say(ALARMS[int(alarm)])}"
    return [
        ""
        if air.value is None
        else say("air {n}, {band}", n=_said(view, "vn_aqi"), band=say(BANDS[stations.band(air.value) - 1]).lower()),
        water,
        "" if rain.value is None else say("{n} mm of rain in 24 hours", n=_said(view, "rain_24h")),
        "" if not depth.value else say("streets up to {n} cm under water", n=say.number(depth.value)),
    ]


MAKERS: dict[str, Callable[[View], Clauses]] = {
    "environment": _environment,
    "public_order": _public_order,
    "traffic": _traffic,
    "health": _health,
    "feedback": _feedback,
    "services": _services,
}
