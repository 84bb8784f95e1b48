import errno
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

from reports.document import document, frozen
from reports.fonts import FontError, fonts
from reports.making import ReportError, Workshop, save, typeset
from tests.reports.conftest import scope

SMALL = frozen(document(scope("empty", "en")))


def test_the_bytes_hang_on_no_zone_or_language(typeface: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = frozen(document(scope("flooded", "vi")))
    made = []
    for zone, language in (("Pacific/Kiritimati", "tr_TR.UTF-8"), ("America/Los_Angeles", "C")):
        monkeypatch.setenv("TZ", zone)
        monkeypatch.setenv("LC_ALL", language)
        made.append(typeset(snapshot, typeface))
    assert made[0] == made[1]


def test_a_press_that_hangs_is_killed(typeface: Path) -> None:
    with pytest.raises(ReportError, match="given up"):
        typeset(SMALL, typeface, deadline=0.01)


def test_what_the_press_says_reaches_the_user_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no typeface Inter") as e:
        typeset(SMALL, tmp_path)
    assert len(str(e.value).splitlines()) == 1


def test_no_secret_reaches_the_press(typeface: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IOC_REPOSITORY_URL", "postgresql://u:secret@h/d")
    with Workshop(typeface, deadline=1) as workshop:
        for helper in (workshop._plot, workshop._press):
            assert "secret" not in Path(f"/proc/{helper.pid}/environ").read_text()


def test_helpers_are_gone_with_the_block(typeface: Path) -> None:
    with Workshop(typeface) as workshop:
        helpers = (workshop._plot, workshop._press)
        os.kill(helpers[0].pid, signal.SIGSTOP)
    assert [h.poll() for h in helpers] == [-signal.SIGKILL, -signal.SIGKILL]


def test_a_helper_that_dies_is_a_failure_that_says_so(typeface: Path) -> None:
    with Workshop(typeface) as workshop:
        workshop._plot.kill()
        with pytest.raises(ReportError, match="killed by signal 9"):
            workshop.typeset(SMALL)


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    out = tmp_path / "week.pdf"
    out.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as e:
        save(b"new", out)
    assert e.value.filename == str(out)
    assert [p.name for p in tmp_path.iterdir()] == ["week.pdf"] and out.read_bytes() == b"old"


def test_a_missing_typeface_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: str) -> None:
        raise ModuleNotFoundError

    monkeypatch.setattr("reports.fonts.files", gone)
    with pytest.raises(FontError, match="make install"):
        fonts(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_typeface_that_cannot_be_cut_is_told_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(FontError, match=r"could not be cut into .*cache.*File exists"):
        fonts(tmp_path)


def test_the_typeface_is_cut_by_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(FontError, match="could not be cut"):
        fonts(tmp_path)
