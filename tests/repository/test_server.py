"""The embedded server is shared, ends with its last user, and survives what can be done to a process."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy.engine import make_url

from repository.cluster import Cluster
from repository.errors import ServerError
from repository.server import embedded

ROOT = Path(__file__).resolve().parents[2]
USER = """
import sys, time
from pathlib import Path
from repository.server import embedded
with embedded(Path(sys.argv[1]), {"fsync": "off"}) as url:
    print(url, flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data directory with a cluster in it, made once."""
    directory = Path(tempfile.mkdtemp(prefix="ioc-server-"))
    directory.chmod(0o711)
    with embedded(directory, {"fsync": "off"}):
        pass
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


def another(directory: Path) -> "subprocess.Popen[str]":
    """Another process that uses the same data directory."""
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(directory)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout
    assert process.stdout.readline().startswith("postgresql+psycopg://")
    return process


def end(process: "subprocess.Popen[str]", number: signal.Signals) -> int:
    process.send_signal(number)
    assert process.stdout
    process.stdout.close()
    return process.wait(30)


def answers(url: str) -> bool:
    plain = make_url(url).set(drivername="postgresql").render_as_string()
    with psycopg.connect(plain, connect_timeout=5) as connection:
        row = connection.execute("select getdatabaseencoding(), current_database(), 'ă' < 'b'").fetchone()
    return row == ("UTF8", "ioc", False)


def test_it_serves_a_utf8_database_sorted_by_code_point_and_stops_afterwards(made: Path) -> None:
    with embedded(made, {"fsync": "off"}) as url:
        assert answers(url)
        assert Cluster.at(made / "postgres").pid
    assert Cluster.at(made / "postgres").pid is None


def test_the_second_start_is_quick(made: Path) -> None:
    begin = time.monotonic()
    with embedded(made):
        assert time.monotonic() - begin < 5  # 0.2 s on an idle machine


def test_processes_share_the_server_and_the_last_one_stops_it(made: Path) -> None:
    with embedded(made, {"fsync": "off"}) as url:
        pid = Cluster.at(made / "postgres").pid
        other = another(made)
        assert Cluster.at(made / "postgres").pid == pid
    assert answers(url)
    assert end(other, signal.SIGTERM) == 128 + signal.SIGTERM
    assert Cluster.at(made / "postgres").pid is None


def test_a_killed_user_does_not_keep_it_from_stopping(made: Path) -> None:
    with embedded(made, {"fsync": "off"}) as url:
        end(another(made), signal.SIGKILL)
        assert answers(url)
    assert Cluster.at(made / "postgres").pid is None


def test_a_server_whose_users_were_all_killed_is_taken_over(made: Path) -> None:
    end(another(made), signal.SIGKILL)
    orphan = Cluster.at(made / "postgres").pid
    assert orphan
    with embedded(made, {"fsync": "off"}) as url:
        assert Cluster.at(made / "postgres").pid == orphan
        assert answers(url)
    assert Cluster.at(made / "postgres").pid is None


def test_it_starts_after_a_crash_of_the_whole_server(made: Path) -> None:
    user = another(made)
    postmaster = psutil.Process(Cluster.at(made / "postgres").pid)
    for process in (*postmaster.children(), postmaster):
        with suppress(psutil.NoSuchProcess):  # some come and go
            process.kill()
    end(user, signal.SIGKILL)
    assert (made / "postgres" / "postmaster.pid").exists()
    with embedded(made, {"fsync": "off"}) as url:
        assert answers(url)


@pytest.mark.parametrize("left", ["", "garbage", "{another}\n/somewhere\n"])
def test_a_stale_pid_file_does_not_keep_it_from_starting(made: Path, left: str) -> None:
    (made / "postgres" / "postmaster.pid").write_text(left.format(another=os.getpid()))
    with embedded(made, {"fsync": "off"}) as url:
        assert answers(url)


def test_a_path_too_long_for_a_socket_is_no_obstacle(made: Path) -> None:
    deep = made / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    (made / "postgres").rename(deep / "postgres")
    try:
        with embedded(deep, {"fsync": "off"}) as url:
            assert answers(url)
            sockets = Cluster.at(deep / "postgres").socket_dir
            assert stat_of(sockets) == 0o700
        assert not sockets.exists()
    finally:
        (deep / "postgres").rename(made / "postgres")


def stat_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_two_that_start_at_once_share_one_server(made: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", USER, str(made)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        for _ in range(3)
    ]
    urls = {p.stdout.readline() for p in processes if p.stdout}
    assert len(urls) == 1
    assert answers(urls.pop().strip())
    assert {end(p, signal.SIGTERM) for p in processes} == {128 + signal.SIGTERM}
    assert Cluster.at(made / "postgres").pid is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_a_directory_its_user_may_not_enter_is_named_with_what_to_do(tmp_path: Path) -> None:
    closed = Path(tempfile.mkdtemp(prefix="ioc-closed-"))
    try:
        with (
            pytest.raises(ServerError, match=f"may not enter {closed}: set IOC_DATA_DIR") as raised,
            embedded(closed / "var"),
        ):
            pass
        assert "\n" not in str(raised.value)
        assert stat_of(closed) == 0o700
    finally:
        shutil.rmtree(closed)


def test_a_data_directory_that_is_a_file_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(ServerError, match="data directory"), embedded(tmp_path / "var"):
        pass
