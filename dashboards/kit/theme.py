"""The colours that figures and maps need as data. Everything else takes its colours from assets/tokens.css."""

from typing import Any, Literal

Theme = Literal["dark", "light"]

# Cividis, cut at both ends so that neither theme's land swallows it: read the same with any colour vision.
SCALE = ("#2c4a7c", "#4d5f78", "#6d757b", "#8f8b76", "#b3a469", "#d8bf55", "#f5dc4b")
UNKNOWN = "#8a94a3"
SENSOR = "#e8edf4"
SENSOR_EDGE = "#1d2733"
INCIDENT = "#e4572e"
INCIDENT_SEVERE = "#b0001e"
INCIDENT_EDGE = "#ffffff"
BORDER = "#0e1620"
AQI = ("#00e400", "#ffff00", "#ff7e00", "#ff0000", "#8f3f97", "#7e0023")
"""VN_AQI's six bands, as Decision 1459/QĐ-TCMT prints them."""
AQI_DARK = AQI[4:]
STAGES = ("#e8eef5", "#eab733", "#cf6a15", "#8c0d1c")
"""From calm to alarm on a map: each darker than the one before, whatever the eyes."""
INK = "#05080c"
GAUGE_EDGE = "#1f8fff"
CLEAR = "rgba(0,0,0,0)"

GROUND: dict[Theme, dict[str, str]] = {
    "dark": {
        "sea": "#0f1a26",
        "land": "#1d2733",
        "lagoon": "#16283a",
        "river": "#2f5878",
        "water": "#8cc3ee",
        "label": "#e8edf4",
        "halo": "#10171f",
    },
    "light": {
        "sea": "#d5e3ee",
        "land": "#f2f1ec",
        "lagoon": "#c3d9ea",
        "river": "#7fb2d6",
        "water": "#1d5c8f",
        "label": "#17202b",
        "halo": "#ffffff",
    },
}


def stepped(scale: tuple[str, ...] = SCALE) -> list[list[Any]]:
    """A Plotly colour scale whose lowest hundredth is the grey of what is unknown."""
    low = 0.01
    steps = [[round(low + (1 - low) * i / (len(scale) - 1), 4), c] for i, c in enumerate(scale)]
    return [[0.0, UNKNOWN], [low, UNKNOWN], *steps]
