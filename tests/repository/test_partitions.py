import random
import threading
import time
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from repository.connect import connect
from repository.look import first_look, news
from repository.partitions import ahead, drain, ensure, listed
from repository.session import reading

NOON = datetime(2025, 10, 27, 12, tzinfo=UTC)
INSERT = text(
    "insert into repository.observation (source, sensor_id, metric, observed_at, value)"
    " values ('s', :sensor, 'pm2_5', :at, :value)"
)


def write(engine: Engine, at: datetime, sensor: str = "1", value: float = 1.0) -> None:
    with engine.begin() as c:
        c.execute(INSERT, {"sensor": sensor, "at": at, "value": value})


def where(engine: Engine) -> dict[str, int]:
    with engine.connect() as c:
        rows = c.execute(text("select tableoid::regclass::text, count(*) from repository.observation group by 1"))
        return {name.removeprefix("repository."): n for name, n in rows}


def stamped(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as c:
        rows = c.execute(
            text(
                "select source, sensor_id, metric, observed_at, value, recorded_at, recorded_in::text"
                " from repository.observation order by 1, 2, 3, 4"
            )
        )
        return [tuple(r) for r in rows]


def test_partitions_are_made_ahead_over_the_end_of_the_year(engine: Engine) -> None:
    assert ahead(engine, NOON, months=3) == 4
    assert ahead(engine, NOON, months=3) == 0
    with reading(engine) as connection:
        names = [p.name for p in listed(connection)]
    months = ["observation_2026_01", "observation_2025_12", "observation_2025_11", "observation_2025_10"]
    assert names == [*months, "observation_default"]


def test_a_month_boundary_is_utcs(engine: Engine) -> None:
    ahead(engine, NOON)
    write(engine, datetime.fromisoformat("2025-11-01T06:59:59.999999+07:00"))
    write(engine, datetime.fromisoformat("2025-11-01T07:00:00+07:00"))
    assert where(engine) == {"observation_2025_10": 1, "observation_2025_11": 1}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_any_moment_since_1990_is_accepted_and_drained_into_its_month(engine: Engine, at: datetime) -> None:
    with engine.begin() as c:
        c.execute(text("delete from repository.observation"))
    write(engine, at)
    drain(engine)
    assert where(engine) == {f"observation_{at:%Y_%m}": 1}


def test_draining_is_no_change_to_those_who_follow(engine: Engine) -> None:
    for hours in range(0, 24 * 90, 12):
        write(engine, NOON - timedelta(hours=hours))
    before = stamped(engine)
    _, look = first_look(engine, NOON)
    assert drain(engine) == 4
    batch, _ = news(engine, look, NOON)
    assert not batch
    assert stamped(engine) == before
    assert "observation_default" not in where(engine)
    with engine.connect() as c:
        assert c.execute(text("select count(*) from repository.observation_history")).scalar_one() == 0


def test_a_month_somebody_holds_is_left_for_the_next_time(engine: Engine) -> None:
    write(engine, NOON)
    with engine.connect() as holder:
        holder.execute(INSERT, {"sensor": "held", "at": NOON, "value": 1})
        assert drain(engine) == 0
        holder.rollback()
    assert drain(engine) == 1
    assert where(engine) == {"observation_2025_10": 1}


def test_after_a_drain_changes_and_deletes_are_kept_as_before(engine: Engine) -> None:
    write(engine, NOON)
    drain(engine)
    with engine.begin() as c:
        c.execute(text("update repository.observation set value = 2"))
        c.execute(text("delete from repository.observation"))
        c.execute(text("insert into repository.observation_default values ('s', '1', 'pm2_5', '2031-01-01Z', 1)"))
        c.execute(text("delete from repository.observation"))
    with engine.connect() as c:
        kept = c.execute(text("select operation from repository.observation_history order by replaced_at")).scalars()
        assert sorted(kept) == ["DELETE", "DELETE", "UPDATE"]


def test_writers_lose_nothing_while_partitions_are_drained(repository_url: str) -> None:
    """Rows are inserted, changed, moved and deleted all the while; a follower ends with just what is stored."""
    engine, stop, expected, lock = connect(repository_url, pool_size=8), threading.Event(), {}, threading.Lock()

    failures: list[Exception] = []

    def writer(name: str) -> None:
        try:
            write_on(name)
        except Exception as e:  # noqa: BLE001  whatever it is fails the test
            failures.append(e)

    def write_on(name: str) -> None:
        rng, own = random.Random(name), {}
        while not stop.is_set():
            at = NOON - timedelta(days=rng.randint(0, 120), minutes=rng.randint(0, 600))
            with engine.begin() as c:
                if own and rng.random() < 0.3:
                    gone = rng.choice(list(own))
                    c.execute(
                        text("delete from repository.observation where sensor_id = :s and observed_at = :at"),
                        {"s": name, "at": gone},
                    )
                    del own[gone]
                elif own and rng.random() < 0.5:
                    changed = rng.choice(list(own))
                    own[changed] += 1
                    c.execute(
                        text("update repository.observation set value = :v where sensor_id = :s and observed_at = :at"),
                        {"v": own[changed], "s": name, "at": changed},
                    )
                elif at not in own:
                    c.execute(INSERT, {"sensor": name, "at": at, "value": 1})
                    own[at] = 1.0
        with lock:
            expected.update({(name, at): value for at, value in own.items()})

    threads = [threading.Thread(target=writer, args=(f"w{i}",)) for i in range(3)]
    followed: dict[tuple[str, datetime], float] = {}
    _, look = first_look(engine, NOON)
    for thread in threads:
        thread.start()
    made = 0
    for _ in range(6):
        time.sleep(0.1)  # rows of every month are there before the first partition is made
        made += drain(engine)
        batch, look = news(engine, look, NOON)
        _follow(followed, batch)
    stop.set()
    for thread in threads:
        thread.join(20)
    made += drain(engine)
    batch, _ = news(engine, look, NOON)
    _follow(followed, batch)
    stored = {(s, at): v for _, s, _, at, v, *_ in stamped(engine)}
    assert failures == []
    assert made >= 4
    assert stored == expected
    assert followed == expected
    engine.dispose()


def _follow(followed: dict[tuple[str, datetime], float], batch) -> None:
    assert not batch.whole
    change = batch.changes.get("observation")
    if not change:
        return
    for _, sensor, _, at in change.gone:
        followed.pop((sensor, at.replace(tzinfo=UTC)), None)
    columns = (change.rows[c].tolist() for c in ("sensor_id", "observed_at", "value"))
    followed.update({(s, at.replace(tzinfo=UTC)): v for s, at, v in zip(*columns, strict=True)})


def test_past_months_can_be_made_before_a_load(engine: Engine) -> None:
    assert ensure(engine, datetime(2024, 11, 30, tzinfo=UTC), datetime(2025, 2, 1, tzinfo=UTC)) == 4
    write(engine, datetime(2024, 12, 31, 23, 59, tzinfo=UTC))
    assert where(engine) == {"observation_2024_12": 1}
