"""The overview: the whole city on one screen."""

from functools import partial

from dashboards.kit import city_map, map_key
from dashboards.kit.attention import attention
from dashboards.kit.contract import Page, Panel
from dashboards.kit.language import DOMAIN_WORDS
from dashboards.kit.tiles import band

HEADLINES = {
    "environment": ("vn_aqi", "river_level", "river_rise_rate", "rain_24h", "flood_depth_max", "heat_index"),
    "public_order": (
        *("incidents_open", "incidents_severe_open", "response_p50_24h", "dispatch_p50_24h"),
        *("incidents_24h", "rescues_open"),
    ),
    "feedback": (
        *("feedback_open", "feedback_overdue", "feedback_age_p90", "feedback_on_time_rate_30d"),
        *("feedback_on_time_extended_rate_30d", "feedback_net_flow_7d"),
    ),
}

PAGE = Page(
    key="overview",
    title="Overview",
    path="/",
    order=0,
    panels=(
        Panel("map", "Map", city_map.draw, "figure", beside=map_key.key, controls=map_key.controls),
        Panel("attention", "Attention", attention, "component"),
        *(Panel(d, DOMAIN_WORDS[d], partial(band, d, codes)) for d, codes in HEADLINES.items()),
    ),
)
