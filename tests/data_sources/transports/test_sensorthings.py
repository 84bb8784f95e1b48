from datetime import timedelta

from tests.data_sources.transports.desk import NOW, Place, feed, poll
from tests.data_sources.transports.peers import observing
from tests.data_sources.transports.server import serving

LINES = 'standard = "sensorthings"\nurl = "{}/v1.1"\n'


def test_things_once_and_observations_page_by_page_since_the_newest() -> None:
    place = Place()
    with serving(observing(250)) as server:
        source = feed(LINES.format(server.url), place)
        first = poll(source)
        assert [r["sensor_id"] for r in first.rows("sensor")] == ["3"]
        readings = first.rows("observation")
        assert [r["value"] for r in readings] == list(range(250))
        assert {(r["sensor_id"], r["metric"]) for r in readings} == {("3", "water_level")}
        assert len(server.asked) == 4  # things, and three pages
        second = poll(source)
    assert len(server.asked) == 5
    assert place.kept["newest"] == "2026-11-23T04:09:00+00:00"
    assert server.asked[4].query["$filter"] == "phenomenonTime gt 2026-11-23T03:09:00.000Z"
    assert len(second.rows("observation")) == 60


def test_a_poll_that_breaks_off_goes_on_where_it_broke_off() -> None:
    place = Place()
    with serving(observing(250)) as server:
        talk = (source := feed(LINES.format(server.url), place)).fetch(NOW)
        things = next(talk)
        source.parse(things)
        source.stored(things)
        page = talk.send([])
        source.stored(page)
        talk.close()  # the program is ended here
        rest = poll(feed(LINES.format(server.url) + 'overlap = "1 s"', place))
    assert [r["value"] for r in rest.rows("observation")] == list(range(99, 250))  # the newest that is in, once more


def test_things_are_read_again_after_a_while_and_a_filter_is_kept() -> None:
    place = Place()
    with serving(observing(5)) as server:
        source = feed(LINES.format(server.url) + 'things = "1 h"\nfilter = "Datastream/id eq 7"', place)
        for hours in (0, 0.5, 1):
            poll(source, NOW + timedelta(hours=hours))
    asked = [a.path.rpartition("/")[2] for a in server.asked]
    assert asked == ["Things", "Observations", "Observations", "Things", "Observations"]
    assert server.asked[1].query["$filter"].startswith("(Datastream/id eq 7) and phenomenonTime gt ")
