from datetime import datetime, timedelta

import orjson

from city.places import Places
from data_sources.demo.live import INFO, OVERLAP, LiveDemo
from data_sources.demo.simulation import Simulation
from data_sources.engine.border import Border, Rules
from data_sources.engine.contract import Row
from tests.data_sources.demo.conftest import END, Stored, stored

HOUR = timedelta(hours=1)
PLAYED = frozenset(c.key for c in INFO.cards)


def poll(source: LiveDemo, now: datetime, into: dict[str, Stored]) -> int:
    """One poll, written into `into`."""
    (answer,) = source.fetch(now)
    rows = 0
    rules, border = Rules("demo", "demo", sources=PLAYED), Border(Places(), (16.4, 107.6))
    given = [r for r in source.parse(answer) if isinstance(r, Row)]
    for judged in border.rows(given, rules, now):
        assert judged.refused == []
        table, columns = judged.table, judged.columns
        lists = [c.tolist() for c in columns.values()]
        for values in zip(*lists, strict=True):
            row = {n: None if v != v else v for n, v in zip(columns, values, strict=True)}
            key = tuple(
                row[k] for k in list(row) if k in ("source", "sensor_id", "metric", "observed_at") or k.endswith("_id")
            )
            into.setdefault(table, {})[key] = row
            rows += 1
    source.stored(answer)
    return rows


def ticked(simulation: Simulation, steps: list[timedelta]) -> dict[str, Stored]:
    """What is stored when the live demo starts at END and polls at END plus each step."""
    source, into = LiveDemo(simulation, END), {}
    for step in steps:
        poll(source, END + step, into)
    return into


def test_many_polls_bring_what_one_poll_brings(simulation: Simulation) -> None:
    often = ticked(simulation, [timedelta(minutes=m) for m in range(0, 61, 5)])
    assert often == ticked(simulation, [HOUR])
    assert len(often["observation"]) > 300


def test_after_a_pause_it_catches_up_with_what_it_missed(simulation: Simulation) -> None:
    assert ticked(simulation, [HOUR, 9 * HOUR]) == ticked(simulation, [n * HOUR for n in range(1, 10)])


def test_after_a_restart_it_goes_on_and_nothing_is_lost(simulation: Simulation) -> None:
    into: dict[str, Stored] = {}
    poll(LiveDemo(simulation, END), END + HOUR, into)
    poll(LiveDemo(Simulation(simulation.places), END + HOUR), END + 3 * HOUR, into)
    assert into == ticked(simulation, [3 * HOUR])


def test_an_answer_that_was_not_stored_comes_again(simulation: Simulation) -> None:
    source = LiveDemo(simulation, END)
    source.stored(*source.fetch(END))
    (lost,), (again,) = source.fetch(END + HOUR), source.fetch(END + HOUR)
    assert lost == again and len(list(source.parse(lost))) > 300


def test_a_few_seconds_bring_a_few_rows_and_now_and_then_a_change_of_an_old_one(simulation: Simulation) -> None:
    source, into = LiveDemo(simulation, END), {}
    poll(source, END, into)
    counts = [poll(source, END + timedelta(seconds=s), into) for s in range(6, 301, 6)]
    assert sum(counts) > 10 and max(counts) < 60
    closed = [r for r in into["feedback"].values() if r["closed_at"] and r["received_at"] < END.replace(tzinfo=None)]
    assert closed


def test_a_clock_put_back_brings_nothing(simulation: Simulation) -> None:
    source = LiveDemo(simulation, END)
    (answer,) = source.fetch(END - OVERLAP - HOUR)
    assert list(source.parse(answer)) == []


def test_the_same_bytes_are_the_same_records(simulation: Simulation) -> None:
    source = LiveDemo(simulation, END)
    (answer,) = source.fetch(END)
    assert list(source.parse(answer)) == list(source.parse(answer))
    assert orjson.loads(answer.body)["until"] == END.isoformat()


def test_live_rows_are_those_of_the_simulation(simulation: Simulation) -> None:
    source, into = LiveDemo(simulation, END + OVERLAP), {}
    poll(source, END + HOUR, into)
    told = stored(f.last() for f in simulation.changes(END, END + HOUR))
    assert {t: set(rows) for t, rows in into.items()} == {t: set(rows) for t, rows in told.items() if rows}


def test_every_source_it_plays_has_a_card(simulation: Simulation) -> None:
    (answer,) = LiveDemo(simulation, END).fetch(END + 4 * HOUR)
    found = {(r.table, r.values["source"]) for r in LiveDemo(simulation, END).parse(answer) if isinstance(r, Row)}
    assert len({table for table, _ in found}) >= 3
    assert found <= {(t, c.key) for c in INFO.cards for t in c.tables}
