"""Programs of ours as processes: started, looked into, killed; each ended by its id."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg

from tests.faults.proxy import Proxy
from tests.faults.rig import Rig, environment, waited

ROOT = Path(__file__).parents[2]


@dataclass
class Program:
    process: "subprocess.Popen[bytes]"
    log: Path
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait(10)

    def answers(self, path: str = "/healthz") -> int:
        """The status, 0 when nobody answers."""
        try:
            return httpx.get(self.url + path, timeout=2).status_code
        except httpx.HTTPError:
            return 0


@contextmanager
def program(
    *words: str, url: str, data: Path, settings: Mapping[str, str] | None = None, prefix: tuple[str, ...] = ()
) -> Iterator[Program]:
    """`ioc WORDS` on a database, ended when the block is left, whatever its state. `prefix`: what runs it."""
    data.mkdir(exist_ok=True)
    log = data / f"log-{time.monotonic_ns()}"
    with log.open("w") as out:
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "tests.faults.without", *words],
            cwd=ROOT,
            env=environment(url, data, PYTHONUNBUFFERED="1", **(settings or {})),
            stdout=out,
            stderr=out,
        )
    try:
        yield Program(process, log)
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGCONT)
            process.terminate()
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(8)


@contextmanager
def served(*words: str, url: str, data: Path, port: int = 0, **more: object) -> Iterator[Program]:
    """`ioc serve` once its port is open; `.port` says which."""
    chosen = port or free_port()
    words = ("serve", "--port", str(chosen), *words)
    with program(*words, url=url, data=data, **more) as found:  # type: ignore[arg-type]
        found.port = chosen

        def up() -> bool:
            assert found.process.poll() is None, found.said()[-2000:]
            return bool(found.answers())

        waited(up, 90, why=lambda: found.said()[-500:])
        yield found


@contextmanager
def another(rig: Rig, name: str, proxy: Proxy | None = None, where: str = "") -> Iterator[str]:
    """SQLAlchemy URL of a new, empty database in the same server; `where`: further words of its creation."""
    with psycopg.connect(rig.plain, autocommit=True) as connection:
        connection.execute(f"create database {name} {where}")  # type: ignore[arg-type]
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{(proxy or rig.proxy).port}/{name}"
    finally:
        with psycopg.connect(rig.plain, autocommit=True) as connection:
            connection.execute(f"drop database {name} with (force)")  # type: ignore[arg-type]


def free_port() -> int:
    import socket

    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def leaders(text: str) -> int:
    """How often a log says that its process took the lead."""
    return len(re.findall(r'"event": "leading"', text))
