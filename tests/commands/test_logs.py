"""Logs: whatever is said, it is one line of JSON that says no secret."""

import io
import json
import logging
import subprocess
import sys
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.logs import HIDDEN, StandardError, line, masked

SAY = """
import logging, structlog, threading
from commands.logs import configure
configure()
structlog.get_logger("repository.watch").warning("lost\\nthe database", url="postgresql://u:hunter2@h/d", n=1e999)
logging.getLogger("library").error("old %s", "way\\x1b[31m")
logging.getLogger("apscheduler").info("noise")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("library").exception("broken")
def fail():
    raise LookupError("in a thread")
thread = threading.Thread(target=fail, name="live")
thread.start()
thread.join()
"""


def test_events_of_ours_and_of_libraries_are_lines_of_json_in_utc() -> None:
    done = subprocess.run([sys.executable, "-c", SAY], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == ""
    ours, theirs, broken, thread = (json.loads(x, parse_constant=pytest.fail) for x in done.stderr.splitlines())
    assert (ours["event"], ours["level"], ours["logger"]) == ("lost\nthe database", "warning", "repository.watch")
    assert ours["url"] == f"postgresql://u:{HIDDEN}@h/d"
    assert theirs["event"] == "old way\x1b[31m" and theirs["level"] == "error"
    assert "ZeroDivisionError" in broken["exception"]
    assert thread["thread"] == "live" and "LookupError: in a thread" in thread["exception"]
    assert datetime.fromisoformat(ours["at"]).utcoffset() is not None
    assert "\x1b" not in done.stderr


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.floats() | st.none() | st.lists(st.text())))
def test_no_text_can_break_the_line(event: dict[str, object]) -> None:
    text = line(None, "info", masked(None, "info", event))
    assert text.splitlines() == [text] and text.isprintable()
    json.loads(text, parse_constant=pytest.fail)


def test_letters_of_any_language_stay_readable() -> None:
    assert "Phường Thuận Hóa" in line(None, "info", {"event": "Phường Thuận Hóa"})


@pytest.mark.parametrize("key", ["password", "api_key", "Authorization", "IOC_TOKEN", "set_cookie", "client_secret"])
def test_a_secret_is_hidden_by_its_name(key: str) -> None:
    assert masked(None, "info", {key: "hunter2"}) == {key: HIDDEN}
    assert masked(None, "info", {"deep": {key: "hunter2"}}) == {"deep": {key: HIDDEN}}


@pytest.mark.parametrize("text", ["call 0912345678", "+84912345678", "CCCD 046099001234", "password=hunter2 host=h"])
def test_personal_numbers_and_passwords_are_hidden_in_any_text(text: str) -> None:
    shown = masked(None, "info", {"event": text})["event"]
    assert HIDDEN in shown and not any(w in shown for w in ("0912345678", "912345678", "046099001234", "hunter2"))


@pytest.mark.parametrize("text", ["12345678901", "2026-11-23T14:53:31.333914Z", "0.1234567891", "rows 1000000000"])
def test_other_numbers_are_left_alone(text: str) -> None:
    assert masked(None, "info", {"event": text, "n": 912345678}) == {"event": text, "n": 912345678}


def test_whoever_took_standard_error_away_gets_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that outlives a test, or a command run in another, tells whoever listens now."""
    taken, now = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", taken)
    told = logging.Logger("told")
    told.addHandler(StandardError())
    told.warning("before")
    assert "before" in taken.getvalue()
    taken.close()
    monkeypatch.setattr(sys, "stderr", now)
    told.warning("still there")
    assert "still there" in now.getvalue()
