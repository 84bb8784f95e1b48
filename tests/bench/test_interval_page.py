"""The plain alternative shows the overview's content, or nothing could be held against it."""

import asyncio
from typing import Any

import httpx

from bench._interval_page import application
from city.city import City
from tests.dashboards import scenes
from tests.dashboards.serving import data_dir

URL = "http://interval"


async def tick(app: Any) -> str:
    """What the page's only callback answers."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as client:
        asked = (await client.get("/_dash-dependencies")).json()[0]
        named = [o.rpartition(".") for o in asked["output"].strip(".").split("...")]
        outputs = [{"id": key, "property": of} for key, _, of in named]
        ticked = [{"id": "tick", "property": "n_intervals", "value": 1}]
        told = {"output": asked["output"], "outputs": outputs, "inputs": ticked, "changedPropIds": ["tick.n_intervals"]}
        answer = await client.post("/_dash-update-component", json=told)
        return answer.raise_for_status().text


def test_a_tick_brings_tiles_with_numbers_and_the_list_as_components() -> None:
    picture = City(scenes.HUE).absorb(scenes.rows(flood=True), scenes.EVENING)
    answer = asyncio.run(tick(application(lambda: picture, scenes.HUE, data_dir())))
    assert '"data-indicator":"feedback_open"' in answer and '"data-value":' in answer
    assert 0 < answer.count('"data-attention":') <= answer.count('"type":"Li"')
    assert answer.count('"type":"Li"') == answer.count('"type":"Li","namespace":')
