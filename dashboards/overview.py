"""The overview: the whole city on one screen, the few numbers of each domain that lead to its own page."""

from functools import partial

from city.indicators import registry
from dashboards.kit import city_map, map_key, summary
from dashboards.kit.attention import attention
from dashboards.kit.contract import Page, Panel
from dashboards.kit.language import DOMAIN_WORDS
from dashboards.kit.tiles import leading

HEADLINES = {
    "environment": ("vn_aqi", "river_level", "river_rise_rate", "rain_24h", "flood_depth_max", "heat_index"),
    "public_order": (
        *("incidents_open", "incidents_severe_open", "response_p50_24h", "dispatch_p50_24h"),
        *("incidents_24h", "rescues_open"),
    ),
    "traffic": (
        *("travel_time_index", "average_speed", "congested_share", "traffic_incidents_open"),
        *("roads_closed", "incident_clearance_p90_24h"),
    ),
    "health": (
        *("bed_occupancy", "icu_beds_free", "ed_wait_p50", "ambulance_response_p50_24h"),
        *("dengue_7d_per_100k", "facilities_down"),
    ),
    "feedback": (
        *("feedback_open", "feedback_overdue", "feedback_age_p90", "feedback_on_time_rate_30d"),
        *("feedback_on_time_extended_rate_30d", "feedback_net_flow_7d"),
    ),
    "services": (
        *("cases_open", "cases_overdue", "cases_on_time_rate_30d", "online_submission_rate_30d"),
        *("data_reuse_rate_30d", "processing_days_p50_30d"),
    ),
}
KNOWN = {i.domain for i in registry().values()}

PAGE = Page(
    key="overview",
    title="Overview",
    path="/",
    order=0,
    panels=(
        Panel("map", "Map", city_map.draw, "figure", beside=map_key.key, controls=map_key.controls, area="side"),
        Panel("summary", "Summary", summary.all_, "component", area="side"),
        Panel("attention", "Attention", attention, "component", area="side"),
        *(
            Panel(
                d,
                DOMAIN_WORDS[d],
                partial(leading, codes),
                beside=partial(summary.line, d),
                href=f"/{d.replace('_', '-')}",
            )
            for d, codes in HEADLINES.items()
            if d in KNOWN
        ),
    ),
)
