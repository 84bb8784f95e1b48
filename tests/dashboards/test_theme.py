"""Colours hold for eyes of every kind: contrast in both themes, and a scale that is read by lightness alone."""

import re
from itertools import pairwise

import pytest

from city.config import ASSETS
from dashboards.kit import theme

Rgb = tuple[float, float, float]
# Machado, Oliveira and Fernandes 2009, severity 1: how linear red, green and blue are seen
SEEN_BY = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour: str) -> Rgb:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return r, g, b


def luminance(colour: Rgb) -> float:
    r, g, b = colour
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def lightness(colour: str, seen_by: str) -> float:
    """CIE L*, 0 to 100, as somebody sees it."""
    matrix, rgb = SEEN_BY[seen_by], linear(colour)
    r, g, b = (min(1.0, max(0.0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in matrix)
    y = luminance((r, g, b))
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(linear(a)), luminance(linear(b))))
    return (high + 0.05) / (low + 0.05)


def tokens(name: str) -> dict[str, str]:
    """Six-digit colours of one theme by their token."""
    text = (ASSETS / "tokens.css").read_text("utf-8")
    (block,) = re.findall(rf'\[data-bs-theme="{name}"\] \{{(.*?)\}}', text, re.S)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", block))


@pytest.mark.parametrize("eyes", SEEN_BY)
def test_the_maps_scale_gets_lighter_at_every_step_for_every_eye(eyes: str) -> None:
    seen = [lightness(c, eyes) for c in theme.SCALE]
    assert min(b - a for a, b in pairwise(seen)) > 4
    assert seen[-1] - seen[0] > 45


@pytest.mark.parametrize("eyes", SEEN_BY)
def test_the_stages_of_water_get_darker_for_every_eye(eyes: str) -> None:
    seen = [lightness(c, eyes) for c in theme.STAGES]
    assert min(a - b for a, b in pairwise(seen)) > 8


def test_signs_are_legible_in_their_marks() -> None:
    dark = {*theme.AQI_DARK, theme.STAGES[-1]}
    for ground in (*theme.AQI, *theme.STAGES):
        assert contrast(theme.SENSOR if ground in dark else theme.INK, ground) > 4.5, ground


def test_keys_have_the_maps_own_colours() -> None:
    text = (ASSETS / "tokens.css").read_text("utf-8")
    bands = re.findall(r"--aqi-\d: rgb\((\d+) (\d+) (\d+)\)", text)
    assert tuple("#" + "".join(f"{int(x):02x}" for x in b) for b in bands) == theme.AQI
    assert tuple(re.findall(r"--stage-\d: (#\w+)", text)) == theme.STAGES
    edges = ("gauge-edge", theme.GAUGE_EDGE), ("rim", theme.SENSOR_EDGE), ("on-rim", theme.SENSOR), ("ink", theme.INK)
    assert all(f"--{name}: {colour};" in text for name, colour in edges)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_text_stands_out_in_both_themes(name: str) -> None:
    t = tokens(name)
    pale = [
        (text, ground, round(contrast(t[text], t[ground]), 2))
        for text in ("text", "soft", "faint", "watch", "warning", "alarm", "unknown", "accent")
        for ground in ("ground", "panel", "raised")
        if contrast(t[text], t[ground]) < 4.5
    ]
    assert pale == []
    washed = [(level, contrast(t[level], t[f"{level}-wash"])) for level in ("warning", "alarm")]
    assert all(c >= 4.5 for _, c in washed), washed
    assert contrast(t["alarm-ink"], t["alarm-fill"]) >= 4.5
    assert all(contrast(t["text"], t[f"{level}-wash"]) >= 7 for level in ("warning", "alarm"))


@pytest.mark.parametrize("name", ["dark", "light"])
def test_what_is_drawn_stands_out_from_its_ground(name: str) -> None:
    t = tokens(name)
    assert min(contrast(t[c], t[g]) for c in ("trend", "ok") for g in ("panel", "raised")) >= 3
    ground = theme.GROUND["dark" if name == "dark" else "light"]
    assert contrast(ground["label"], ground["halo"]) >= 7


@pytest.mark.parametrize("eyes", SEEN_BY)
def test_an_incidents_ring_tells_it_from_every_place(eyes: str) -> None:
    edge = lightness(theme.INCIDENT_EDGE, eyes)
    assert min(edge - lightness(c, eyes) for c in (theme.INCIDENT, theme.INCIDENT_SEVERE)) > 35
    assert lightness(theme.INCIDENT, eyes) - lightness(theme.INCIDENT_SEVERE, eyes) > 8
