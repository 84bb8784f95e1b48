from datetime import timedelta

import numpy as np
from sqlalchemy import Engine

from repository.look import Look, first_look, news
from tests.repository.makers import NOON, run


def test_text_and_numbers_of_every_kind_come_through_both_ways(engine: Engine) -> None:
    nasty = "a \"b\", 'c'\n<b onmouseover=x> \\N đ 🙂"
    run(engine, "insert into repository.event (source, event_id, summary, status, severity, latitude, opened_at)"
                " values ('s', '1', :t, '', 5, 'NaN', :at)", t=nasty, at=NOON)  # fmt: skip
    run(engine, "insert into repository.feedback (source, feedback_id, received_at, urgent) values"
                " ('s', '1', :at, true), ('s', '2', :at, false), ('s', '3', :at, null)",
        at=NOON + timedelta(microseconds=1))  # fmt: skip
    run(engine, "insert into repository.sensor (source, sensor_id, expected_every, attributes)"
                " values ('s', '1', '1 hour 30 s', '{\"bd1\": 1.0}')")  # fmt: skip
    first, look = first_look(engine, NOON)
    fresh, _ = news(engine, Look("0:0:", NOON, look.system), NOON)
    for batch in (first, fresh):
        event, feedback = batch.changes["event"].rows, batch.changes["feedback"].rows
        assert event["summary"].tolist() == [nasty]
        assert event["status"].tolist() == [""]
        assert event["category"].tolist() == [None]
        assert np.isnan(event["latitude"]).all()
        assert event["severity"].tolist() == [5.0]
        assert np.isnat(event["closed_at"]).all()
        assert dict(zip(feedback["feedback_id"], feedback["urgent"], strict=True)) == {"1": True, "2": False, "3": None}
        assert feedback["received_at"][0] == np.datetime64("2025-10-27T12:00:00.000001")
        assert "summary" not in feedback
        assert batch.changes["sensor"].rows["expected_every"].tolist() == [3630.0]
        assert batch.changes["sensor"].rows["attributes"].tolist() == [{"bd1": 1.0}]
        for table, change in batch.changes.items():
            kinds = {name: values.dtype for name, values in change.rows.items()}
            assert kinds == {name: values.dtype for name, values in first.changes[table].rows.items()}
