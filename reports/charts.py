"""Charts and maps as Vega-Lite with their data inside, drawn by the same figures that the tables print."""

import json
from collections.abc import Sequence
from typing import Any

from city.batch import Array
from city.indicator import Indicator
from city.level import Level
from dashboards.kit.theme import SCALE
from reports.blocks import Block, box, chart
from reports.scope import LOOKS, STEP_HOURS, Scope, aware

WIDTH, HEIGHT = 270, 112
LIMITS: tuple[Level, ...] = ("watch", "warning", "alarm")
INK = SCALE[0]


def week_line(scope: Scope, indicator: Indicator) -> Block:
    """The place's value every four hours of the week, with the limits; a box where nothing is known."""
    values = [None if v != v else round(float(v), 4) for v in scope.looks[indicator.code][0]]
    title, unit = scope.say.title(indicator), indicator.unit
    if all(v is None for v in values):
        return box(title, scope.say("No data in this week."))
    points = [{"x": i * STEP_HOURS, "y": v} for i, v in enumerate(values)]
    spec: dict[str, Any] = {
        "layer": [_line(scope), *_limits(scope, indicator)],
        "data": {"values": points},
        "width": WIDTH,
        "height": HEIGHT,
    }
    named = title if unit in ("count", "1", "index", "level") else f"{title} ({scope.say(unit)})"
    return chart(named, f"{named}. {_series(scope, indicator, values)}", spec)


def _line(scope: Scope) -> dict[str, Any]:
    axis = {"values": list(range(0, LOOKS * STEP_HOURS + 1, 24)), "title": None, "grid": False, **_days(scope)}
    y = {"field": "y", "type": "quantitative", "title": None, "axis": {"tickCount": 4}, "scale": {"zero": True}}
    x = {
        "field": "x",
        "type": "quantitative",
        "axis": axis,
        "scale": {"domain": [0, LOOKS * STEP_HOURS], "nice": False},
    }
    return {
        "mark": {"type": "line", "color": INK, "strokeWidth": 1.5, "point": {"size": 7}},
        "encoding": {"x": x, "y": y},
    }


def _days(scope: Scope) -> dict[str, Any]:
    from babel.dates import format_date

    moments = scope.moments[:: 24 // STEP_HOURS]
    local = [aware(m).astimezone(scope.say.zone) for m in moments]
    names = [format_date(d, "EEE d/M", locale=scope.say.locale) for d in local]
    return {"labelExpr": f"({json.dumps(names, ensure_ascii=False)})[datum.value / 24]", "labelFlush": False}


def _limits(scope: Scope, indicator: Indicator) -> list[dict[str, Any]]:
    """A dashed line and its word for every limit; none that would dwarf the values or stand on the next."""
    limits = indicator.limits(scope.picture.scene)
    known = [(name, getattr(limits, name)) for name in reversed(LIMITS)]
    values = scope.looks[indicator.code][0]
    top = max((float(v) for v in values if v == v), default=0.0)
    rows: list[dict[str, Any]] = []
    for name, at in known:
        if at is not None and at <= max(1.6 * top, 1e-9) and all(abs(at - r["y"]) > 0.09 * top for r in rows):
            rows.append({"y": at, "word": scope.say.level(name)})
    if not rows:
        return []
    y = {"field": "y", "type": "quantitative"}
    rule = {
        "mark": {"type": "rule", "strokeDash": [3, 2], "opacity": 0.7},
        "encoding": {"y": y},
        "data": {"values": rows},
    }
    mark = {"type": "text", "align": "right", "baseline": "bottom", "dx": -2, "fontSize": 7, "x": WIDTH}
    label = {"mark": mark, "encoding": {"y": y, "text": {"field": "word"}}, "data": {"values": rows}}
    return [rule, label]


def _series(scope: Scope, indicator: Indicator, values: Sequence[float | None]) -> str:
    return "; ".join(
        f"{scope.when(m)}: {scope.shown(indicator, v, unit=False)}" for m, v in zip(scope.moments, values, strict=True)
    )


def known(values: Array) -> list[float | None]:
    return [None if v != v else float(v) for v in values]
