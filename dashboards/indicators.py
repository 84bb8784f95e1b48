"""What each number means: definition, formula, limits and their source, target, owner, and every place's value."""

from dashboards.kit import city_map, map_key, meaning
from dashboards.kit.contract import Page, Panel

PAGE = Page(
    key="indicators",
    title="Indicators",
    order=80,
    listed=False,
    kind="domain",
    panels=(
        Panel("one", "Now", meaning.one),
        Panel("about", "What it means", meaning.about, "component", wide=True),
        Panel("map", "Map", city_map.draw, "figure", beside=map_key.key, controls=map_key.controls),
        Panel("places", "Every place", meaning.places, "component"),
        Panel("all", "All indicators", meaning.catalogue, "component", wide=True),
    ),
)
