from pathlib import Path

import pytest

from data_sources.engine.contract import Rejected, Row
from data_sources.standards.found import Found
from tests.data_sources.standards.laws import STANDARDS, decoded_or_refused
from tests.data_sources.standards.sample_table import BEGIN, END, README, table
from tests.data_sources.standards.samples import SHARED, samples

EVERY = [(s, p) for s in STANDARDS for p in samples(s)] if SHARED.exists() else [("", SHARED)]


def test_the_documented_table_is_what_becomes_of_the_samples() -> None:
    if not SHARED.exists():
        pytest.skip(f"the official samples are not at {SHARED}")
    documented = README.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert documented.count("\n") > 100
    assert documented == table()


@pytest.mark.parametrize(("standard", "path"), EVERY, ids=lambda v: v.name if isinstance(v, Path) else v)
def test_a_sample_cut_short_anywhere_never_breaks_its_decoder(standard: str, path: Path) -> None:
    if not standard:
        pytest.skip(f"the official samples are not at {SHARED}")
    raw = path.read_bytes()
    for part in range(1, 12):
        decoded_or_refused(standard, raw[: len(raw) * part // 12])


@pytest.mark.parametrize("standard", STANDARDS)
def test_most_samples_of_a_standard_give_rows(standard: str) -> None:
    """What gives none is named with its reason in the table."""
    if not SHARED.exists():
        pytest.skip(f"the official samples are not at {SHARED}")
    found: list[Found] = [r for p in samples(standard) for r in decoded_or_refused(standard, p.read_bytes())]
    assert sum(isinstance(r, Row) for r in found) >= 4
    assert all(r.reason for r in found if isinstance(r, Rejected))
