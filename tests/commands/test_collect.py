from structlog.testing import capture_logs

from city.clock import WorldClock
from city.config import CityFile, MapView
from commands._collect import Feeds, _declared
from repository.connect import connect
from tests.data_sources.engine.feeding import Feed

TOWN = CityFile(code="town", timezone="UTC", name={"en": "Town"}, map=MapView(center=(0, 0)))


def test_a_repository_that_goes_away_between_two_looks_ends_nothing() -> None:
    away = connect("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with capture_logs() as told:
        assert not _declared(away, Feeds(TOWN, [Feed()], []), WorldClock())
    away.dispose()
    assert [x["event"] for x in told] == ["feeds are not declared yet"]
