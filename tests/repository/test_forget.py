from sqlalchemy import Engine, text

from repository.forget import forget_sensors
from repository.look import first_look
from tests.repository.makers import NOON, observe, run


def test_a_source_goes_with_all_it_ever_read_and_no_other(engine: Engine) -> None:
    for source in ("s", "other"):
        run(engine, "insert into repository.sensor (source, sensor_id) values (:s, '1')", s=source)
    observe(engine, NOON, 1)
    run(engine, "update repository.observation set value = 2")
    run(engine, "insert into repository.observation (source, sensor_id, metric, observed_at, value)"
                " values ('other', '1', 'pm2_5', :at, 3)", at=NOON)  # fmt: skip
    assert forget_sensors(engine, "s")
    assert not forget_sensors(engine, "s")
    batch, _ = first_look(engine, NOON)
    assert batch.changes["observation"].rows["source"].tolist() == ["other"]
    with engine.connect() as c:
        assert c.execute(text("select count(*) from repository.observation_history")).scalar_one() == 0
        assert c.execute(text("select count(*) from repository.sensor_history")).scalar_one() == 0
