"""Processes that the benchmark starts: on 127.0.0.1, ended by it, by id, whatever happens."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import httpx
import psutil

ROOT = Path(__file__).resolve().parent.parent
END_S = 15.0


@contextmanager
def running(
    arguments: list[str], settings: Mapping[str, str] | None = None, log: Path | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A Python process of ours that talks over stdin and stdout, asked to end when the block is left, then made to."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("IOC_")}
    environment = {**clean, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **(settings or {})}
    with (log or Path(os.devnull)).open("a") as told:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=log.parent if log else ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(END_S)


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
    return port


def wait_until_it_answers(url: str, process: subprocess.Popen[str], patience_s: float = 120.0) -> None:
    """Raises RuntimeError when the process ends or stays silent."""
    until = monotonic() + patience_s
    while monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the process for {url} ended with {process.returncode}")
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        sleep(0.2)
    raise RuntimeError(f"{url} did not answer within {patience_s:.0f} s")


def cpu_s(pid: int) -> float:
    """Seconds of processor that a process and its children, those that ended included, have used."""
    process = psutil.Process(pid)
    times = process.cpu_times()
    used = float(times.user + times.system + times.children_user + times.children_system)
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            used += sum(child.cpu_times()[:2])
    return used
