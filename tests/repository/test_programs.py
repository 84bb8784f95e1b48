import os
import subprocess

import pytest

from repository import programs
from repository.cluster import Cluster


def test_a_copy_of_the_programs_runs_where_it_was_put(open_directory):
    told = subprocess.run([programs.copied(open_directory) / "postgres", "--version"], capture_output=True, text=True)
    assert told.stdout.startswith(f"postgres (PostgreSQL) {programs.VERSION}")


def test_a_second_call_copies_nothing(open_directory):
    first = programs.copied(open_directory) / "postgres"
    stood = first.stat().st_ino
    assert (programs.copied(open_directory) / "postgres").stat().st_ino == stood


def test_a_copy_broken_off_is_made_again(open_directory):
    (open_directory / f"postgres-{programs.VERSION}.partial").mkdir()
    assert (programs.copied(open_directory) / "initdb").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user, who may be shut out")
def test_a_user_shut_out_of_the_installation_gets_a_copy(open_directory, monkeypatch):
    closed = open_directory / "closed"
    closed.mkdir(mode=0o700)
    (closed / "bin").mkdir()
    cluster = Cluster.at(open_directory / "postgres")
    assert cluster.tools == programs.installed()
    monkeypatch.setattr(programs, "copied", lambda directory: directory / "the copy")
    monkeypatch.setattr(programs, "installed", lambda: closed / "bin")
    assert cluster.tools == open_directory / "the copy"
