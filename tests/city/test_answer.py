from city.answer import indicators
from city.city import picture
from city.freshness import FRESHNESS
from city.indicators import registry
from city.level import LEVELS
from tests.city.makers import NOON, TOWN, ago, batch, place, reading


def shot():
    rows = [reading(s, m, ago(minutes=n), 10.0 * n) for s in "xyz" for m in ("pm2_5", "rain") for n in range(1, 4)]
    sensors = [{"sensor_id": "x", "place_code": "a"}, {"sensor_id": "y", "place_code": "b"}]
    places = [place(code) for code in "abc"]
    return picture(TOWN, batch(whole=True, place=places, sensor=sensors, observation=rows), NOON)


def one_by_one(s):
    """Each row from its own number, as an answer was made before a country asked for one."""
    for code, i in registry().items():
        for slot in (s.places.city, *range(s.places.city)):
            n = s.number(code, slot)
            more = {"sensor": n.sensor or None, "volume": n.volume}
            yield {
                "code": code,
                "domain": i.domain,
                "place": s.places.code(slot),
                "value": n.value,
                "unit": i.unit,
                "level": LEVELS[n.level],
                "freshness": FRESHNESS[n.freshness],
                "observed_at": n.observed_at.isoformat() if n.observed_at else None,
                "sources_fresh": n.fresh,
                "sources_expected": n.expected,
                "target": n.target,
                "definition": i.definition,
                **{k: v for k, v in more.items() if v is not None},
            }


def test_every_row_says_what_its_number_says():
    s = shot()
    rows = indicators(s)["indicators"]
    assert rows == list(one_by_one(s))
    assert {type(row[k]) for row in rows for k in ("value", "sources_fresh")} <= {float, int, type(None)}


def test_one_place_and_one_domain_are_parts_of_the_whole():
    s = shot()
    rows = indicators(s)["indicators"]
    assert indicators(s, "b")["indicators"] == [r for r in rows if r["place"] == "b"]
    assert indicators(s, None, "public-order")["indicators"] == [r for r in rows if r["domain"] == "public_order"]
