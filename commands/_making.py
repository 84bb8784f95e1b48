"""Has a report made by a process of its own, and ends that process, with all it started, when it takes too long."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from commands._order import Delivered, Order, parsed
from reports.apart import ROOT, environment

DEADLINE = 30.0
"""Seconds for a whole report; it takes three."""
BEAT = 1.0
"""Seconds between two calls of `beat`."""


class ReportFailedError(Exception):
    """There is no report; the message says why. Another time it may work out."""


class NothingToReportError(ReportFailedError):
    """There is none and will be none: the week has no data, or is not over."""


def made(order: Order, *, deadline: float = DEADLINE, beat: Callable[[], None] = lambda: None) -> Delivered:
    """A whole report. `beat` is called every few seconds meanwhile, and may raise to give up.

    Raises ReportFailedError, NothingToReportError.
    """
    begun = monotonic()
    # what is left in the scratch by whoever was killed goes with it
    with tempfile.TemporaryDirectory(prefix="ioc-report-") as scratch, _process(deadline, scratch) as process:
        try:
            said, told = _waited(process, order.written(), begun + deadline, beat)
        except TimeoutError as e:
            raise ReportFailedError(f"the report was not ready within {deadline:g} s and was given up") from e
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return _told(said, told, process.returncode)


def _process(deadline: float, scratch: str) -> "subprocess.Popen[bytes]":
    """The leader of a group of its own, so that its helpers end with it."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "commands._made", str(deadline)]
    return subprocess.Popen(  # noqa: S603  our own interpreter and module
        command,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env=environment(TMPDIR=scratch),
        cwd=ROOT,
        start_new_session=True,
    )


def _waited(
    process: "subprocess.Popen[bytes]", given: bytes, until: float, beat: Callable[[], None]
) -> tuple[bytes, bytes]:
    """What it wrote on both channels. Raises TimeoutError when the time is up."""
    told: bytes | None = given
    while (left := until - monotonic()) > 0:
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(told, timeout=min(BEAT, left))
        told = None  # it has been taken over, and goes on being written
        beat()
    raise TimeoutError


def _told(said: bytes, told: bytes, code: int) -> Delivered:
    found = parsed(said)
    if isinstance(found, Delivered) and code == 0:
        return found
    if isinstance(found, tuple):
        fault, message = found
        raise (NothingToReportError if fault == "nothing" else ReportFailedError)(message)
    lines = told.decode("utf-8", "replace").strip().splitlines()
    how = f"was killed by signal {-code}" if code < 0 else f"ended with {code}"
    raise ReportFailedError(f"the process that made it {how}{f': {lines[-1]}' if lines else ''}")
