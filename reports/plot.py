"""Draws the charts of one document: reads the frozen snapshot from standard input, writes the SVGs as a JSON list.

A process of its own (`python -m reports.plot FONTS SECONDS`): the drawing engine and the typesetter together would
need half as much memory again as either.
"""

import json
import signal
import sys
from pathlib import Path
from typing import Any

import vl_convert

from reports.blocks import charts
from reports.fonts import FAMILY

VEGA_LITE = "6.4"
SMALL = {"labelFontSize": 7.5, "titleFontSize": 7.5}
FIRST = {"data": {"values": [{}]}, "mark": "point"}
CONFIG = {"font": FAMILY, "background": None, "view": {"stroke": None}, "axis": SMALL, "legend": SMALL}


def svgs(snapshot: bytes, fonts: Path) -> list[str]:
    """An SVG a chart; nothing is fetched. Raises ValueError for a chart that cannot be drawn."""
    made = json.loads(snapshot)
    vl_convert.register_font_directory(str(fonts))
    return [_svg(block["spec"], made["format"]) for block in charts(made)]


def _svg(spec: dict[str, Any], numbers: dict[str, Any]) -> str:
    schema = f"https://vega.github.io/schema/vega-lite/v{VEGA_LITE}.json"
    return vl_convert.vegalite_to_svg(
        {"$schema": schema, "config": CONFIG, **spec},
        vl_version=VEGA_LITE,
        allowed_base_urls=[],
        format_locale=numbers,
        show_warnings=False,
    )


def main() -> None:
    """Ends by itself after the seconds given: nobody may be left who would end it."""
    signal.alarm(int(sys.argv[2]))
    _svg(FIRST, {})  # boots the engine while the document is still being written
    sys.stdout.write(json.dumps(svgs(sys.stdin.buffer.read(), Path(sys.argv[1]))))


if __name__ == "__main__":
    main()
