"""Locks on files, kept by the kernel: a process that was killed leaves none behind."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from repository.errors import ServerError


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("ab")
    except OSError as e:
        raise ServerError(f"{path}: {e.strerror}") from e
    with file:
        yield file


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with opened(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
