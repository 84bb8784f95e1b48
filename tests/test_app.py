"""The program: it finds its commands, and fails in one line."""

import subprocess
import sys
from pathlib import Path

import pytest

from app import FAULT_OF_THE_PROGRAM, discover, fail, run

ROOT = Path(__file__).parent.parent


def test_every_file_with_a_command_is_a_command_by_its_name() -> None:
    found = discover()
    assert {"doctor", "migrate", "serve", "poll", "indicators"} <= set(found)
    assert "settings" not in found and not any("_" in name for name in found)


@pytest.mark.parametrize("name", sorted(discover()))
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"ioc {name}" in shown
    words = " ".join(shown.split())
    assert len(words) > len("Usage: ioc [OPTIONS] Options: --help Show this message and exit.") + 20


@pytest.mark.parametrize("words", [["nope"], ["settings"], ["serve", "--prot", "1"], ["serve", "--port", "x"]])
def test_a_wrong_word_is_one_line_and_a_failure(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    caught = capsys.readouterr()
    assert len(caught.err.splitlines()) == 1 and caught.err.startswith("ioc: ") and caught.out == ""


def test_a_wrong_setting_stops_the_start_with_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IOC_PROT", "1")
    assert run(["migrate"]) == 1
    assert capsys.readouterr().err == "ioc: IOC_PROT (environment): there is no such setting; did you mean IOC_PORT?\n"


def test_a_fault_of_the_program_is_logged_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert fail(ZeroDivisionError("x")) == FAULT_OF_THE_PROGRAM
    assert "a fault of the program, ZeroDivisionError" in capsys.readouterr().err


def test_python_app_py_is_the_same_program() -> None:
    done = subprocess.run(
        [sys.executable, "app.py", "--version"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "0.1.0\n", "")
