"""A map of the city's places coloured by one indicator, with an inset of the centre, and the highest beside it."""

from typing import Any

import numpy as np
from shapely.geometry import shape

from city.freshness import FRESH
from city.indicator import Indicator
from dashboards.kit.theme import SCALE, UNKNOWN
from reports.blocks import Block, beside, box, chart, table
from reports.charts import known
from reports.letters import outside
from reports.scope import Scope

WIDTH, HEIGHT = 300, 175
HIGHEST = 5
CENTRE_SHARE = 0.2
"""The inset shows the densest place and those nearest to it: this share of all."""
FEW = 10
LETTER, LINE, STEP = 4.6, 9.5, 2.0
"""Width of a letter of a name, height of its line, and how far a name is moved at a time, in the chart's points."""


def places(scope: Scope, indicator: Indicator) -> list[Block]:
    """The map with its inset, then the table; a box where no place has a value."""
    outcome = scope.picture.outcome(indicator.code)
    fresh = np.where(outcome.freshness == FRESH, outcome.values, np.nan)
    values = known(fresh[: len(scope.picture.places.all)])
    title = f"{scope.say('By ward and commune')}: {scope.say.title(indicator)}"
    if all(v is None for v in values):
        return [box(title, scope.say("No ward or commune has a value."))]
    listed = _highest(scope, indicator, values)
    shapes = _shapes(scope, values)
    if not shapes:
        return [listed]
    alt = _alt(scope, indicator, values)
    title += f" ({scope.say('grey: no value')})" if None in values else ""
    spread = _range(values)
    whole = chart(title, alt, _map(shapes, spread, _legend(indicator, spread)))
    centre = _centre(shapes)
    if not centre:
        return [whole, listed]
    inset = chart(
        scope.say("The centre, larger"),
        scope.say("The same map, its centre enlarged."),
        _map(apart(centre), spread, None),
    )
    return [beside(whole, inset), listed]


def _shapes(scope: Scope, values: list[float | None]) -> list[dict[str, Any]]:
    """GeoJSON features, the outline of each besides its coarse one."""
    out = []
    for plane in scope.planes:
        place = scope.picture.places.all[plane.index]
        dense = place.population / place.area_km2 if place.area_km2 else float("nan")
        label = {"x": plane.x, "y": plane.y, "name": outside(place.name, 16), "value": values[plane.index]}
        properties = {**label, "dense": dense, "mine": scope.slot == plane.index}
        out.append({"type": "Feature", "geometry": plane.coarse, "fine": plane.outline, "properties": properties})
    return out


def _centre(shapes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The most densely settled place and those nearest to it; none where the city is small or densities unknown."""
    dense = np.array([s["properties"]["dense"] for s in shapes])
    if np.isnan(dense).any() or len(dense) < FEW:
        return []
    spots = np.array([[s["properties"]["x"], s["properties"]["y"]] for s in shapes])
    far = np.hypot(*(spots - spots[dense.argmax()]).T)
    return [shapes[i] for i in np.sort(np.argsort(far, kind="stable")[: round(CENTRE_SHARE * len(shapes))])]


def apart(shapes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same shapes, names that would touch moved up or down until none does."""
    corners = np.array([shape(s["fine"]).bounds for s in shapes])
    low, high = corners[:, :2].min(axis=0), corners[:, 2:].max(axis=0)
    scale = min(WIDTH / (high[0] - low[0]), HEIGHT / (high[1] - low[1]))
    placed: list[tuple[float, float, float]] = []
    for s in sorted(shapes, key=lambda s: -s["properties"]["y"]):
        spot = s["properties"]
        half, x = LETTER * len(spot["name"]) / 2, spot["x"] * scale
        steps = (n * STEP / 2 * (-1) ** n for n in range(40))  # a little up, a little down, ever further
        offset = 0.0
        for step in steps:
            offset += step
            y = spot["y"] * scale + offset
            if all(abs(y - b) >= LINE or abs(x - a) >= half + w for a, b, w in placed):
                break
        placed.append((x, y, half))
        spot["y"] = y / scale
    return shapes


def _map(shapes: list[dict[str, Any]], spread: list[float], legend: dict[str, Any] | None) -> dict[str, Any]:
    """With a legend, or else with the names of the places."""
    outline = "geometry" if legend else "fine"
    features = [
        {
            "type": "Feature",
            "geometry": s[outline],
            "properties": {k: v for k, v in s["properties"].items() if k != "dense"},
        }
        for s in shapes
    ]
    colour = {
        "condition": {"test": "datum.properties.value === null", "value": UNKNOWN},
        "field": "properties.value",
        "type": "quantitative",
        "scale": {"range": list(reversed(SCALE)), "domain": spread},
        "legend": legend,
    }
    mine = {"condition": {"test": "datum.properties.mine", "value": 2.5}, "value": 0.5}
    mark = {"type": "geoshape", "invalid": "show", "stroke": "white", "strokeWidth": 0.5}
    layers: list[dict[str, Any]] = [{"mark": mark, "encoding": {"color": colour, "strokeWidth": mine}}]
    if not legend:
        layers.append(_names())
    size = {"width": WIDTH - 45 if legend else WIDTH, "height": HEIGHT}
    return {"data": {"values": features}, "projection": {"type": "identity", "reflectY": True}, "layer": layers, **size}


def _range(values: list[float | None]) -> list[float]:
    """From zero, or below, to the greatest; where all are zero to one, so that there is a scale at all."""
    found = [v for v in values if v is not None]
    return [min(0.0, *found, 0.0), max(*found, 0.0) or 1.0]


def _legend(indicator: Indicator, spread: list[float]) -> dict[str, Any]:
    whole = indicator.decimals == 0 and spread[1] <= 5
    ticks = {"values": list(range(int(spread[1]) + 1))} if whole else {"tickCount": 5}
    size = {"orient": "left", "gradientLength": 90, "gradientThickness": 8}
    return {"title": None, "format": f",.{indicator.decimals}f", **size, **ticks}


def _names() -> dict[str, Any]:
    mark = {
        "type": "text",
        "fontSize": 8,
        "color": "black",
        "stroke": "white",
        "strokeWidth": 1.6,
        "strokeOpacity": 0.8,
    }
    spot = {f: {"field": f"properties.{g}", "type": "quantitative"} for f, g in (("longitude", "x"), ("latitude", "y"))}
    return {"layer": [_text(mark, spot), _text({k: v for k, v in mark.items() if "stroke" not in k}, spot)]}


def _text(mark: dict[str, Any], spot: dict[str, Any]) -> dict[str, Any]:
    return {"mark": mark, "encoding": {**spot, "text": {"field": "properties.name"}}}


def _order(scope: Scope, indicator: Indicator, values: list[float | None]) -> list[int]:
    found = [(v if indicator.better == "lower" else -v, i) for i, v in enumerate(values) if v is not None]
    return [i for _, i in sorted(found, key=lambda f: (-f[0], f[1]))]


def _highest(scope: Scope, indicator: Indicator, values: list[float | None]) -> Block:
    say, outcome = scope.say, scope.picture.outcome(indicator.code)
    rows = [
        [scope.name(i), scope.shown(indicator, values[i]), scope.level(int(outcome.levels[i]))]
        for i in _order(scope, indicator, values)[:HIGHEST]
    ]
    head = [say("Ward or commune"), say.title(indicator), say("State")]
    return table(say("Where it stands worst"), head, rows, [5, 4, 4], [1])


def _alt(scope: Scope, indicator: Indicator, values: list[float | None]) -> str:
    each = (f"{scope.name(i)}: {scope.shown(indicator, v, unit=False)}" for i, v in enumerate(values))
    return f"{scope.say('Map of the wards and communes')}. {scope.say.title(indicator)}. {'; '.join(each)}"
