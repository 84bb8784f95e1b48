import numpy as np
from sqlalchemy import Engine

from city.batch import CARRIED
from repository.lived import lived
from repository.packed import columns
from repository.session import reading
from repository.windows import Sight
from tests.repository.makers import NOON, run


def test_rows_come_as_the_same_columns_whichever_way_they_are_read(engine: Engine) -> None:
    odd = 'a "quoted"\n\x1f\\ Huế 🌧'
    for i, (text, severity) in enumerate(((odd, 1), (None, None), ("", 5))):
        run(engine, "insert into repository.event (source, event_id, category, severity, opened_at, closed_at,"
            " latitude, attributes) values ('s', :id, :text, :severity, :at, :end, :lat, cast(:more as jsonb))",
            id=str(i), text=text, severity=severity, at=NOON, end=NOON if text else None, lat=None if text else 16.5,
            more='{"casualties": [1, null, {"b": 2.5}]}' if text else None)  # fmt: skip
    for condition, count in (("true", 3), ("false", 0)):
        with reading(engine) as connection:
            one, other = (read(connection, "event", condition, {}, Sight()) for read in (lived, columns))
        assert list(one) == list(CARRIED["event"]) and len(one["event_id"]) == count
        for name, values in other.items():
            assert one[name].dtype == values.dtype
            assert np.array_equal(one[name], values, equal_nan=values.dtype != object), name
