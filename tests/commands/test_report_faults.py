"""Where no report can be made: one clear line, no file, nothing half-written; nothing left over."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from commands._making import NothingToReportError, ReportFailedError, made
from commands._order import Delivered, Order, answer, parsed, refusal
from reports.apart import ROOT
from reports.fonts import fonts
from reports.making import save
from tests.commands.conftest import TOWN

TICKET = "insert into repository.feedback (source, feedback_id, status, received_at) values ('s', '1', 'received', :at)"


@pytest.fixture
def order(engine: Engine, tmp_path: Path, data_dir: Path) -> Order:
    """A week of a small city that can be reported."""
    (tmp_path / "town.toml").write_text(TOWN.replace('places = "places.csv"\n', ""))
    with engine.begin() as c:
        c.execute(text(TICKET), {"at": datetime(2026, 2, 25, tzinfo=UTC)})
    url = engine.url.render_as_string(hide_password=False)
    now = datetime(2026, 3, 4, tzinfo=UTC).isoformat()
    return Order(url, str(tmp_path / "town.toml"), "2026-W09", None, "en", now, str(fonts(data_dir)))


@pytest.mark.parametrize(
    ("changed", "error", "said"),
    [
        ({"week": "2026-W10"}, NothingToReportError, "not over"),
        ({"week": "2026-W05"}, NothingToReportError, "no data"),
        ({"place": "nowhere"}, ReportFailedError, "no place 'nowhere'"),
        ({"locale": "xx"}, ReportFailedError, "no language 'xx'"),
        ({"fonts": "/nonexistent"}, ReportFailedError, "no typeface"),
        ({"city": "atlantis"}, ReportFailedError, "atlantis"),
        ({"key": "bm8ga2V5", "password": "sesame"}, ReportFailedError, "cannot be opened"),
    ],
)
def test_what_cannot_be_made_says_why_on_one_line(
    order: Order, changed: dict[str, str], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said) as e:
        made(replace(order, **changed))  # type: ignore[arg-type]
    assert type(e.value) is error and len(str(e.value).splitlines()) == 1 and "sesame" not in str(e.value)


@pytest.fixture
def small() -> Iterator[Path]:
    """A disk of its own that is full but for a few pages."""
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a small disk")
    folder = Path(tempfile.mkdtemp(prefix="ioc-small-"))
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)], capture_output=True)
    if done.returncode:
        folder.rmdir()
        pytest.skip("no disk can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


def test_a_full_disk_gives_no_file(small: Path) -> None:
    out = small / "week.pdf"
    with pytest.raises(OSError, match="No space left") as e:
        save(b"x" * 1_000_000, out)
    assert e.value.filename == str(out) and list(small.iterdir()) == []


def test_the_same_without_rights_where_files_may_not_grow(tmp_path: Path) -> None:
    """As anybody: a limit on the size of files stands for the full disk."""
    code = (
        "import sys; from pathlib import Path; from reports.making import save\n"
        "try: save(b'x' * 1_000_000, Path(sys.argv[1]))\n"
        "except OSError as e: print(e.filename, e.strerror)"
    )
    limit = 100_000

    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "week.pdf")],
        cwd=ROOT, capture_output=True, text=True, preexec_fn=small_files, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == f"{tmp_path / 'week.pdf'} File too large" and list(tmp_path.iterdir()) == []


def test_an_answer_passes_whole_or_is_none() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    found = Delivered(b"%PDF\n\x00", 8, at, at, "a", "b", "c", None)
    assert parsed(answer(found)) == found
    assert parsed(refusal("nothing", "no data")) == ("nothing", "no data")
    assert parsed(b"") is None and parsed(b"{}\n") is None and parsed(b"Traceback") is None


def test_a_maker_that_hangs_is_ended_with_its_helpers(order: Order) -> None:
    with pytest.raises(ReportFailedError, match="given up"):
        made(order, deadline=0.05)
