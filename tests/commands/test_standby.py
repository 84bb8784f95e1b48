"""Which of two databases a past moment is read from."""

from datetime import datetime, timedelta

from city.clock import FrozenClock
from city.snapshot import Known, Snapshot
from commands._standby import Either
from repository.errors import RepositoryError
from tests.dashboards import scenes

AT = scenes.EVENING


def test_the_past_is_read_from_the_standby_and_what_is_recent_or_out_of_its_reach_from_the_primary() -> None:
    asked: list[str] = []
    away: list[bool] = []

    def standby(at: datetime, known: Known) -> Snapshot:
        asked.append("standby")
        if away:
            raise RepositoryError("gone")
        return scenes.empty(at)

    def primary(at: datetime, known: Known) -> Snapshot:
        asked.append("primary")
        return scenes.empty(at)

    either = Either(standby, primary, FrozenClock(AT))
    either(AT - timedelta(hours=1), "then")
    either(AT - timedelta(minutes=1), "now")
    away.append(True)
    assert either(AT - timedelta(days=1), "now").at == AT - timedelta(days=1)
    away.clear()
    either(AT - timedelta(days=2), "now")
    assert asked == ["standby", "primary", "standby", "primary", "standby"]
