import threading
from datetime import timedelta

import numpy as np
import pytest

from city.batch import KEYS, Columns
from data_sources.demo.past import PAST, write_past
from data_sources.demo.sensors import MAIN_GAUGE, MAIN_SOURCE
from data_sources.demo.simulation import Simulation
from tests.data_sources.demo.conftest import END, Stored, stored

DAYS = 2


class Memory:
    """A repository of dictionaries; counts what changed."""

    def __init__(self) -> None:
        self.tables: dict[str, Stored] = {}
        self.changed = 0
        self._lock = threading.Lock()

    def write(self, table: str, columns: Columns) -> None:
        names = [n for n in columns if n != "recorded_at"]
        lists = [columns[n].tolist() for n in names]
        with self._lock:
            rows = self.tables.setdefault(table, {})
            for values in zip(*lists, strict=True):
                row = {n: None if v != v else v for n, v in zip(names, values, strict=True)}
                key = tuple(row[k] for k in KEYS[table])
                self.changed += rows.get(key) != row
                rows[key] = row


def test_what_is_written_side_by_side_is_what_the_simulation_tells(simulation: Simulation) -> None:
    memory = Memory()
    write_past(simulation, END, DAYS, memory.write)
    told = stored([*simulation.past(END - timedelta(days=DAYS), END), *simulation.former_years(END)])
    assert {t: rows for t, rows in memory.tables.items() if t != "sensor"} == told
    assert len(memory.tables["sensor"]) == len(simulation.sensors)


def test_written_again_it_changes_nothing_but_the_mark(simulation: Simulation) -> None:
    memory = Memory()
    write_past(simulation, END, DAYS, memory.write)
    memory.changed = 0
    write_past(simulation, END, DAYS, memory.write, again=True)
    assert memory.changed == 2  # begun, and done


def test_the_mark_says_whether_a_past_was_written_to_its_end(simulation: Simulation) -> None:
    memory = Memory()

    def breaks(table: str, columns: Columns) -> None:
        if table == "feedback":
            raise RuntimeError("the disk is full")
        memory.write(table, columns)

    with pytest.raises(RuntimeError, match="disk is full"):
        write_past(simulation, END, DAYS, breaks)
    assert memory.tables["sensor"][MAIN_SOURCE, MAIN_GAUGE]["attributes"][PAST] == "begun"
    write_past(simulation, END, DAYS, memory.write, again=True)
    assert memory.tables["sensor"][MAIN_SOURCE, MAIN_GAUGE]["attributes"][PAST] == f"until {END.isoformat()}"


def test_every_row_brings_when_it_was_recorded_and_older_versions_come_first(simulation: Simulation) -> None:
    last: dict[tuple[object, ...], np.datetime64] = {}
    lock = threading.Lock()

    def write(table: str, columns: Columns) -> None:
        keys = zip(*(columns[k].tolist() for k in KEYS[table]), strict=True)
        with lock:
            for key, at in zip(keys, columns["recorded_at"], strict=True):
                assert last.get((table, *key), at) <= at
                last[table, *key] = at

    write_past(simulation, END, DAYS, write)
    assert len(last) > 20_000


def test_progress_goes_up_to_the_end(simulation: Simulation) -> None:
    shares: list[float] = []
    write_past(simulation, END, DAYS, lambda table, columns: None, progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0
