"""From a frozen document to the bytes of a PDF, by helpers in processes of their own that end when we say so.

A helper boots while the document is still being written: the drawing engine alone takes half a second.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic
from types import TracebackType

from reports.apart import ROOT, environment
from reports.proof import ProofError, proof

DEADLINE = 30.0
"""Seconds; a report takes three."""


class ReportError(Exception):
    """There is no report; the message says why."""


class Workshop:
    """The two helpers that draw and set one report, gone with the block whatever happens in it.

    Raises ReportError where a helper fails, is not ready by the deadline (seconds from the block's begin), or makes
    something that is no proper report.
    """

    def __init__(self, fonts: Path, deadline: float = DEADLINE) -> None:
        self._fonts, self._deadline = fonts, deadline
        self._scratch = tempfile.TemporaryDirectory(prefix="ioc-report-")
        self._until = 0.0

    def __enter__(self) -> "Workshop":
        self._until = monotonic() + self._deadline
        self._plot, self._press = self._start("reports.plot"), self._start("reports.press")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for helper in (self._plot, self._press):
            with helper:
                helper.kill()
        self._scratch.cleanup()

    def _start(self, module: str) -> "subprocess.Popen[bytes]":
        pipe = subprocess.PIPE
        command = [sys.executable, "-m", module, str(self._fonts), str(int(self._deadline) + 5)]
        return subprocess.Popen(  # noqa: S603  our own interpreter and modules
            command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment(TMPDIR=self._scratch.name), cwd=ROOT
        )

    def typeset(self, snapshot: bytes) -> bytes:
        """A whole PDF, its pages counted and its text found. Raises ReportError."""
        drawn = json.loads(self._answer(self._plot, snapshot))
        given = json.dumps({"snapshot": snapshot.decode(), "charts": drawn}, ensure_ascii=False)
        made = self._answer(self._press, given.encode())
        try:
            proof(made, snapshot)
        except ProofError as e:
            raise ReportError(f"the report could not be typeset: {e}") from e
        return made

    def _answer(self, helper: "subprocess.Popen[bytes]", given: bytes) -> bytes:
        try:
            made, said = helper.communicate(given, timeout=max(0.0, self._until - monotonic()))
        except subprocess.TimeoutExpired as e:
            raise ReportError(f"the report was not ready within {self._deadline:g} s and was given up") from e
        if helper.returncode:
            lines = said.decode("utf-8", "replace").strip().splitlines()
            raise ReportError(f"the report could not be typeset: {lines[-1] if lines else _ended(helper.returncode)}")
        return made


def typeset(snapshot: bytes, fonts: Path, deadline: float = DEADLINE) -> bytes:
    """A whole PDF of a document. Raises ReportError."""
    with Workshop(fonts, deadline) as workshop:
        return workshop.typeset(snapshot)


def _ended(code: int) -> str:
    return f"a helper was killed by signal {-code}" if code < 0 else f"a helper ended with {code}"


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
