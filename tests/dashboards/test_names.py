"""A place's name is somebody's text: marks that turn the direction of writing reach no page."""

import json

import orjson

from city.places import Place, Places
from dashboards.kit.ground import labels
from dashboards.kit.words import BIDI

TURNED = "Gam\u202ema"


def test_a_name_on_the_map_reads_as_it_is_written():
    places = Places((Place("g", TURNED, latitude=16.0, longitude=107.0),))
    names = [f["properties"]["name"] for f in labels(places)["features"]]
    assert names == ["Gamma"] and not BIDI.search(json.loads(orjson.dumps(names))[0])
