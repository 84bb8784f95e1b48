"""From a city's picture to the bytes of a PDF, set in a process that is killed when it takes too long."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEADLINE = 30.0
"""Seconds; a report takes two."""
PASSED_ON = ("PATH", "TMPDIR", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH")
"""Of the environment: none of the program's secrets."""


class ReportError(Exception):
    """There is no report; the message says why."""


def typeset(snapshot: bytes, fonts: Path, deadline: float = DEADLINE) -> bytes:
    """A whole PDF. Raises ReportError, also when the deadline passes."""
    command = [sys.executable, "-m", "reports.press", str(fonts)]
    environment = {k: v for k, v in os.environ.items() if k in PASSED_ON}
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and module
            command, input=snapshot, capture_output=True, timeout=deadline, env=environment, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired as e:
        raise ReportError(f"the report was not ready within {deadline:g} s and was given up") from e
    if done.returncode or not whole(done.stdout):
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ReportError(f"the report could not be typeset: {said[-1] if said else f'exit {done.returncode}'}")
    return done.stdout


def whole(pdf: bytes) -> bool:
    """Does it begin and end as a PDF does?"""
    return pdf.startswith(b"%PDF-") and pdf.rstrip().endswith(b"%%EOF")


def save(pdf: bytes, out: Path) -> None:
    """The whole file or none: a full disk leaves what was there. Raises OSError."""
    part = out.with_name(f".{out.name}.part")
    try:
        with part.open("wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        part.replace(out)
    except OSError as e:
        part.unlink(missing_ok=True)
        raise OSError(e.errno, e.strerror, str(out)) from e
