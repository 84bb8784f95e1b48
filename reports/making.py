"""From a frozen document to the bytes of a PDF, made in processes that are killed when they take too long."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
DEADLINE = 30.0
"""Seconds; a report takes two."""
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH")
"""Of the environment: none of the program's secrets."""


class ReportError(Exception):
    """There is no report; the message says why."""


def typeset(snapshot: bytes, fonts: Path, deadline: float = DEADLINE) -> bytes:
    """A whole PDF. Raises ReportError, also when the deadline passes."""
    until = monotonic() + deadline
    with tempfile.TemporaryDirectory(prefix="ioc-report-") as scratch:

        def run(module: str, given: bytes) -> bytes:
            return _run([module, str(fonts)], given, Path(scratch), max(0.0, until - monotonic()), deadline)

        drawn = json.loads(run("reports.plot", snapshot))
        given = json.dumps({"snapshot": snapshot.decode(), "charts": drawn}, ensure_ascii=False)
        made = run("reports.press", given.encode())
    if not whole(made):
        raise ReportError("the report could not be typeset: what came out is no PDF")
    return made


def _run(words: list[str], given: bytes, scratch: Path, seconds: float, deadline: float) -> bytes:
    """What a module of ours answers in a process of its own, which leaves nothing behind when it is killed."""
    command = [sys.executable, "-m", *words]
    environment = {**{k: v for k, v in os.environ.items() if k in PASSED_ON}, "TMPDIR": str(scratch)}
    try:
        done = subprocess.run(  # noqa: S603  our own interpreter and modules
            command, input=given, capture_output=True, timeout=seconds, env=environment, cwd=ROOT, check=False
        )
    except subprocess.TimeoutExpired as e:
        raise ReportError(f"the report was not ready within {deadline:g} s and was given up") from e
    if done.returncode:
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
