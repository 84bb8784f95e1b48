"""The city's map: places coloured by one indicator, with sensors and open incidents on it, as a plain Plotly figure."""

from datetime import UTC
from typing import Any

import numpy as np
from shapely.geometry import shape

from city.batch import Array
from city.feed_state import dead
from city.freshness import FRESH
from city.indicator import Indicator
from city.indicators import registry
from dashboards.kit import points, sensor_marks, theme
from dashboards.kit.contract import Figure, View
from dashboards.kit.ground import geometry, ground
from dashboards.kit.tile import state_word, unit
from dashboards.kit.words import hover_text

DEFAULT_SHOWN = ("feedback_open", "incidents_open")
OPEN_SHOWN = 400
SEVERE, SEVERE_LARGER = 2, 1.3
FAINT, PALE = 0.25, 0.45
"""How solid a place is whose value is unknown, and one whose value is old."""


def shown(view: View) -> Indicator | None:
    """The indicator that colours the map: the URL's choice, else the first there is."""
    known = registry()
    asked = known.get(view.choice.get("show", ""))
    first = (known[c] for c in (*DEFAULT_SHOWN, *known) if c in known)
    return asked or next(first, None)


def draw(view: View) -> Figure:
    """Traces: places, those without an outline again as markers, sensors, incidents, incidents' cores.

    The style is a URL: a dict throws on each refresh.
    """
    indicator = shown(view)
    traces = [*_places(view, indicator), sensor_marks.draw(view), *_incidents(view)]
    centre, zoom = view.snapshot.city.map.center, view.snapshot.city.map.zoom
    layout = {
        "map": {
            "style": _style(view),
            "center": {"lat": centre[0], "lon": centre[1]},
            "zoom": zoom,
        },
        "meta": {"box": _box(view)} if view.place else {},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "paper_bgcolor": theme.CLEAR,
        "showlegend": False,
        "uirevision": "map",
        "hoverlabel": {"font": {"family": "Inter", "size": 14 * points.size(view)}, "align": "left"},
    }
    return {"data": traces, "layout": layout}


def _style(view: View) -> str:
    theme_ = "light" if view.choice.get("theme") == "light" else "dark"
    return f"/geo/style.json?theme={theme_}&v={ground(view.snapshot.places).stamp}&size={points.size(view):g}"


def _box(view: View) -> list[float] | None:
    """What a place's map must show: west, south, east, north in degrees."""
    place = view.snapshot.places.get(view.place or "")
    outline = geometry(place) if place else None
    return list(shape(outline).bounds) if outline else None


def scale(values: Array) -> tuple[float, float]:
    """Lowest and highest value of the colours: from zero where nothing is below it."""
    known = values[~np.isnan(values)]
    if not len(known):
        return 0.0, 1.0
    low, high = min(0.0, float(known.min())), float(known.max())
    return low, high if high > low else low + 1.0


def _places(view: View, indicator: Indicator | None) -> list[dict[str, Any]]:
    places = view.snapshot.places
    size = places.unlocated
    outcome = view.snapshot.outcome(indicator.code) if indicator else None
    values = outcome.values[:size] if outcome else np.full(size, np.nan)
    fresh = outcome.freshness[:size] == FRESH if outcome else np.ones(size, dtype=bool)
    low, high = scale(values)
    below = low - 0.0102 * (high - low)
    fill = {
        "type": "choroplethmap",
        "name": "places",
        "geojson": f"/geo/places.json?v={ground(places).stamp}",
        "featureidkey": "id",
        "locations": [p.code for p in places.all],
        "z": [below if v != v else round(v, 4) for v in values.tolist()],
        "zmin": below,
        "zmax": high,
        "colorscale": theme.stepped(),
        "showscale": False,
        "below": "river",
        "marker": {
            "opacity": np.where(np.isnan(values), FAINT, np.where(fresh, 0.85, PALE)).tolist(),
            "line": {"color": theme.BORDER, "width": 0.8},
        },
        "text": _told(view, indicator),
        "hovertemplate": "%{text}<extra></extra>",
    }
    return [fill, _markers(view, fill)]


def _markers(view: View, fill: dict[str, Any]) -> dict[str, Any]:
    """Places of which only the centre is known: the same colours and words, as large at any zoom."""
    all_ = view.snapshot.places.all
    found = [(i, points.at(p.latitude, p.longitude)) for i, p in enumerate(all_) if not p.geometry]
    bare, where = [i for i, at in found if at], [at for _, at in found if at]
    marker = {
        "size": 17 * points.size(view),
        "color": [fill["z"][i] for i in bare],
        "cmin": fill["zmin"],
        "cmax": fill["zmax"],
        "colorscale": fill["colorscale"],
        "showscale": False,
    }
    dots = points.marks("place markers", where, [fill["text"][i] for i in bare], marker)
    return {**dots, "customdata": [all_[i].code for i in bare]}


def _told(view: View, indicator: Indicator | None) -> list[str]:
    """What hovering tells of each place."""
    say, places = view.language, view.snapshot.places
    names = [f"<b>{hover_text(p.name)}</b>" for p in places.all]
    if indicator is None:
        return names
    before, after = f"<br>{say.title(indicator)}: ", f" {unit(indicator, say)}<br>"
    numbers = view.snapshot.numbers(indicator.code, range(places.unlocated))
    shown = (f"{before}{say.number(n.value, indicator.decimals)}{after}{state_word(n, say)}" for n in numbers)
    return [f"{name}{words}" for name, words in zip(names, shown, strict=True)]


def _here(view: View, slot: int) -> bool:
    return view.slot in (view.snapshot.places.city, slot)


def _incidents(view: View) -> list[dict[str, Any]]:
    """Open events that have a position: a ring, and a core; both larger, and darker, where severity is 1 or 2.

    Grey where the feed that told of it is dead: it may be over by now.
    """
    old = dead(view.snapshot.scene)
    events, now = view.snapshot.tables["event"], view.snapshot.scene.at
    where, text, colour, large = [], [], [], []
    if len(events):
        is_open = (events["opened_at"] <= now) & ~(events["closed_at"] <= now)
        placed = ~np.isnan(events["latitude"]) & ~np.isnan(events["longitude"])
        rows = np.flatnonzero(is_open & placed)
        for i in rows[np.argsort(events["severity"][rows], kind="stable")][:OPEN_SHOWN][::-1]:
            at = points.at(events["latitude"][i], events["longitude"][i])
            if at is None or not _here(view, int(events["slot"][i])):
                continue
            where.append(at)
            severe = events["severity"][i] <= SEVERE
            stale = events["source"][i] in old
            colour.append(theme.UNKNOWN if stale else theme.INCIDENT_SEVERE if severe else theme.INCIDENT)
            large.append(SEVERE_LARGER if severe else 1.0)
            text.append("<br>".join([_incident(view, int(i)), *([view.language("Stale")] if stale else [])]))
    k = points.size(view)
    ring = points.marks("incidents", where, text, _dots([14 * k * x for x in large], theme.INCIDENT_EDGE))
    core = points.marks("incident cores", where, text, _dots([10 * k * x for x in large], colour or theme.INCIDENT))
    return [{**ring, "below": ""}, {**core, "below": ""}]  # above the names, too: none may be hidden


def _dots(sizes: list[float], colour: Any) -> dict[str, Any]:
    return {"size": sizes, "color": colour, "opacity": 1}


def _incident(view: View, i: int) -> str:
    events, say = view.snapshot.tables["event"], view.language
    since = say.time(events["opened_at"][i].astype(object).replace(tzinfo=UTC))
    severity = events["severity"][i]
    told = [f"<b>{hover_text(say(str(events['category'][i] or 'incident')), 40)}</b>"]
    if not np.isnan(severity):
        told.append(say("severity {n}", n=int(severity)))
    told.append(say("since {time}", time=since))
    summary = events["summary"][i]
    return "<br>".join([*told, hover_text(summary, 80)] if summary else told)
