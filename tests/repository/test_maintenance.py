from sqlalchemy import Engine, text

from repository.maintenance import LOCK, maintain
from repository.partitions import listed
from repository.session import reading
from tests.repository.makers import NOON, observe


def test_partitions_are_made_and_the_default_one_drained(engine: Engine) -> None:
    observe(engine, NOON.replace(year=2031))
    assert maintain(engine, NOON)
    with reading(engine) as connection:
        names = [p.name for p in listed(connection)]
    assert names[:2] == ["observation_2031_10", "observation_2026_01"]
    with engine.connect() as c:
        assert c.execute(text("select count(*) from repository.observation_default")).scalar_one() == 0


def test_only_one_process_does_it(engine: Engine) -> None:
    with engine.connect() as other:
        other.execute(text("select pg_advisory_lock(:key)"), {"key": LOCK})
        assert not maintain(engine, NOON)
        other.execute(text("select pg_advisory_unlock(:key)"), {"key": LOCK})
    assert maintain(engine, NOON)
