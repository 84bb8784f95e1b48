import errno
import os
from pathlib import Path

import pytest

from reports import making
from reports.document import document, frozen
from reports.fonts import FontError, fonts
from reports.making import ReportError, save, typeset, whole
from tests.reports.conftest import scope

SMALL = frozen({**document(scope("empty", "en")), "sections": []})


def test_another_process_gives_a_whole_pdf(typeface: Path) -> None:
    assert whole(typeset(SMALL, typeface))


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
    seen: list[dict[str, str]] = []

    def run(*_: object, env: dict[str, str], **__: object) -> None:
        seen.append(env)
        raise making.subprocess.TimeoutExpired("press", 1)

    monkeypatch.setenv("IOC_REPOSITORY_URL", "postgresql://u:secret@h/d")
    monkeypatch.setattr(making.subprocess, "run", run)
    with pytest.raises(ReportError):
        typeset(SMALL, typeface)
    assert seen and "secret" not in str(seen)


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7", b"%%EOF", b"x%PDF-1.7 %%EOF"])
def test_half_a_pdf_is_none(pdf: bytes) -> None:
    assert not whole(pdf)


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
