"""Two rooms without any other network, and a cable between them that can be pulled: network namespaces of our own.

Nothing is set outside of them, and with the processes that hold them they are gone. Needs root.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEAR, FAR = "192.0.2.1", "192.0.2.2"


@dataclass(frozen=True)
class Room:
    """A network of its own, held by a process that sleeps."""

    pid: int

    @property
    def enter(self) -> tuple[str, ...]:
        """What runs a program in it."""
        return ("nsenter", f"--net=/proc/{self.pid}/ns/net")

    def ip(self, *words: str) -> None:
        subprocess.run([*self.enter, "ip", *words], check=True, capture_output=True, timeout=10)

    @contextmanager
    def relay(self, here: str, there: str) -> Iterator[None]:
        """Whoever comes `here` is passed on `there`, from inside."""
        command = [*self.enter, sys.executable, "-m", "tests.faults.relay", here, there]
        with _running(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
            assert process.stdout and process.stdout.readline() == b"ready\n"
            yield


@dataclass(frozen=True)
class Cable:
    near: Room
    far: Room

    def pull(self) -> None:
        """At the far end: here the link has no carrier, and no packet is answered."""
        self.far.ip("link", "set", "far", "down")

    def plug(self) -> None:
        self.far.ip("link", "set", "far", "up")


@contextmanager
def cabled() -> Iterator[Cable]:
    """Skips where no such rooms may be made, and says why."""
    with ExitStack() as stack:
        near, far = (Room(stack.enter_context(_room())) for _ in range(2))
        near.ip("link", "add", "near", "type", "veth", "peer", "name", "far", "netns", str(far.pid))
        for room, name, address in ((near, "near", NEAR), (far, "far", FAR)):
            room.ip("address", "add", f"{address}/24", "dev", name)
            room.ip("link", "set", name, "up")
            room.ip("link", "set", "lo", "up")
        yield Cable(near, far)


@contextmanager
def _room() -> Iterator[int]:
    if missing := [p for p in ("ip", "unshare", "nsenter") if not shutil.which(p)]:
        pytest.skip(
            f"no {', '.join(missing)} here: apt-get install iproute2 util-linux; its twin is the proxy's silence"
        )
    holds = ["unshare", "--net", "sh", "-c", "echo ready; exec sleep 3600"]
    with _running(holds, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        if not process.stdout or process.stdout.readline() != b"ready\n":
            pytest.skip("no network namespace may be made here (needs root); its twin is the proxy's silence")
        yield process.pid


@contextmanager
def _running(command: list[str], **more: object) -> "Iterator[subprocess.Popen[bytes]]":
    process = subprocess.Popen(command, **more)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()
