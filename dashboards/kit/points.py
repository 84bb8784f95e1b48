"""Points on a map, as Plotly traces: marks, the signs in them, and where sensors stand."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from city.batch import Array
from city.readings import SensorKey
from dashboards.kit.contract import View

Trace = dict[str, Any]
At = tuple[float, float]
"""Latitude and longitude, degrees."""
FINE = 5
"""Digits behind the point of a degree: a metre."""


def size(view: View) -> float:
    """How much larger than on a desk the screen draws: the browser says so with its first request."""
    return {"1.5": 1.5, "2": 2.0, "3": 3.0}.get(view.choice.get("size", ""), 1.0)


def at(latitude: float, longitude: float) -> At | None:
    """None where either is unknown."""
    known = not (np.isnan(latitude) or np.isnan(longitude))
    return (round(float(latitude), FINE), round(float(longitude), FINE)) if known else None


def of_sensor(view: View, key: SensorKey) -> At | None:
    """Where a sensor stands; None where nobody said."""
    sensors = view.snapshot.tables["sensor"]
    i = sensors.position.get(key)
    return None if i is None else at(sensors["latitude"][i], sensors["longitude"][i])


def marks(name: str, where: Sequence[At], text: Sequence[str], marker: Trace) -> Trace:
    """Dots; `text` is what hovering tells, ready for Plotly (kit.words.hover_text)."""
    found = _trace(name, where)
    return {**found, "mode": "markers", "text": list(text), "marker": marker, "hovertemplate": "%{text}<extra></extra>"}


def rimmed(name: str, where: Sequence[At], text: Sequence[str], core: Trace, rim: str, wide: float) -> list[Trace]:
    """Dots with a rim of `wide` pixels, above the names of places. MapLibre through Plotly draws no outline."""
    edge = {"size": [s + 2 * wide for s in core["size"]], "color": rim, "opacity": 0.95}
    dots = (marks(f"{name} rims", where, text, edge), marks(name, where, text, core))
    return [{**d, "below": ""} for d in dots]


def signs(name: str, where: Sequence[At], words: Sequence[str], points: float, colour: str) -> Trace:
    """Short words in the middle of marks, `points` pixels high; hovering passes them by."""
    font = {"family": "Inter", "size": points, "color": colour}
    shown = {"mode": "text", "texttemplate": list(words), "textfont": font, "hoverinfo": "skip", "below": ""}
    return {**_trace(name, where), **shown}


def _trace(name: str, where: Sequence[At]) -> Trace:
    lat, lon = [a for a, _ in where], [b for _, b in where]
    return {"type": "scattermap", "name": name, "lat": lat, "lon": lon}


def sizes(values: Array | Sequence[float], k: float) -> list[float]:
    return [round(float(v) * k, 1) for v in values]
