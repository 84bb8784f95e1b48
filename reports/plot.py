"""Draws the charts of one document: reads the frozen snapshot from standard input, writes the SVGs as a JSON list.

A process of its own (`python -m reports.plot FONTS`): the drawing engine and the typesetter together would need half as
much memory again as either.
"""

import json
import sys
from pathlib import Path

import vl_convert

from reports.blocks import charts
from reports.fonts import FAMILY

VEGA_LITE = "6.4"
SMALL = {"labelFontSize": 7.5, "titleFontSize": 7.5}
CONFIG = {"font": FAMILY, "background": None, "view": {"stroke": None}, "axis": SMALL, "legend": SMALL}


def svgs(snapshot: bytes, fonts: Path) -> list[str]:
    """An SVG a chart; nothing is fetched. Raises ValueError for a chart that cannot be drawn."""
    made = json.loads(snapshot)
    vl_convert.register_font_directory(str(fonts))
    schema = f"https://vega.github.io/schema/vega-lite/v{VEGA_LITE}.json"
    return [
        vl_convert.vegalite_to_svg(
            {"$schema": schema, "config": CONFIG, **block["spec"]},
            vl_version=VEGA_LITE,
            allowed_base_urls=[],
            format_locale=made["format"],
            show_warnings=False,
        )
        for block in charts(made)
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(svgs(sys.stdin.buffer.read(), Path(sys.argv[1]))))
