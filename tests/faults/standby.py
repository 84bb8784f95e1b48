"""A primary and a streaming standby, with Debian's PostgreSQL, on this machine."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.faults.programs import free_port

DEBIAN = Path("/usr/lib/postgresql")


def tools() -> Path:
    """Skips the test where Debian's PostgreSQL, 15 or newer, is not installed."""
    found = sorted((p for p in DEBIAN.glob("*/bin") if int(p.parent.name) >= 15), key=lambda p: int(p.parent.name))
    if not found or not (found[-1] / "initdb").exists():
        pytest.skip("no PostgreSQL of Debian's here: apt-get install postgresql")
    return found[-1]


@dataclass
class Server:
    """One of the two. `run` runs a tool as the user the server runs as."""

    tools: Path
    folder: Path
    port: int

    def run(self, tool: str, *words: str) -> None:
        identity = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        done = subprocess.run(
            [str(self.tools / tool), *words], cwd="/", stdin=subprocess.DEVNULL, check=False, timeout=120,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **identity,
        )  # type: ignore[call-overload]  # fmt: skip
        assert done.returncode == 0, f"{tool}: {done.stderr[-1000:]}"

    def start(self, **settings: str) -> None:
        base = {
            "port": str(self.port), "listen_addresses": "127.0.0.1", "unix_socket_directories": f"{self.folder.parent}",
            "max_connections": "60", "wal_level": "replica", "max_wal_senders": "4", "shared_buffers": "64MB",
        }  # fmt: skip
        options = " ".join(f"-c {k}='{v}'" for k, v in {**base, **settings}.items())
        log = self.folder.parent / f"{self.folder.name}.log"
        self.run("pg_ctl", "-D", str(self.folder), "-l", str(log), "-o", options, "-w", "start")

    def kill(self) -> None:
        """Every process, at once."""
        postmaster = psutil.Process(int((self.folder / "postmaster.pid").read_text().split()[0]))
        for process in [*postmaster.children(recursive=True), postmaster]:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def promote(self) -> None:
        self.run("pg_ctl", "-D", str(self.folder), "-w", "promote")

    def end(self) -> None:
        if (self.folder / "postmaster.pid").exists():
            with suppress(AssertionError):
                self.run("pg_ctl", "-D", str(self.folder), "-m", "immediate", "-w", "stop")

    @property
    def plain(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"


@contextmanager
def paired() -> Iterator[tuple[Server, Server]]:
    """The primary answers a commit once the standby has it on disk."""
    found, directory = tools(), Path(tempfile.mkdtemp(prefix="ioc-pair-"))
    directory.chmod(0o777)
    primary = Server(found, directory / "primary", free_port())
    standby = Server(found, directory / "standby", free_port())
    try:
        primary.run("initdb", "-D", str(primary.folder), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "-N")
        with (primary.folder / "pg_hba.conf").open("a") as rules:
            rules.write("host replication all 127.0.0.1/32 trust\n")
        primary.start()
        standby.run("pg_basebackup", "-D", str(standby.folder), "-R", "-X", "stream", "-c", "fast", "-d", primary.plain)
        standby.start(hot_standby="on")
        primary.run("pg_ctl", "-D", str(primary.folder), "-m", "fast", "-w", "stop")
        primary.start(synchronous_standby_names="*", synchronous_commit="on")
        yield primary, standby
    finally:
        standby.end()
        primary.end()
        shutil.rmtree(directory, ignore_errors=True)
