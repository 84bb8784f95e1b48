"""One PostgreSQL cluster on disk, run with the binaries that come from the package index.

As root PostgreSQL refuses to run, so it runs as a system user of its own. That user has to be able to enter the
directories on the way: permissions above the data directory are the administrator's, and never changed here.
"""

import hashlib
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from repository import programs
from repository.errors import ServerError

SYSTEM_USER = "pgserver"
SOCKET = ".s.PGSQL.5432"
SOCKET_LIMIT = 103
"""Bytes of a socket's path, the least of our platforms' (macOS)."""
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "idle_in_transaction_session_timeout": "2min",  # who forgets a lock does not stop the city for ever
    "jit": "off",  # compiling a plan over many partitions costs more than any of our queries
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "on",  # keeps a week of logs, a file a day
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_size": "0",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data directory and whom its server runs as; `user` is None when that is whoever runs us."""

    path: Path
    user: pwd.struct_passwd | None

    @classmethod
    def at(cls, path: Path) -> "Cluster":
        """Makes the directory when it is absent. Raises ServerError when the server could not live there."""
        user = _system_user() if os.geteuid() == 0 else None
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as e:
            raise ServerError(f"data directory {path.parent}: {e.strerror}") from e
        cluster = cls(path.resolve(), user)
        if user:
            os.chown(path, user.pw_uid, user.pw_gid)
            cluster._must_enter(cluster.path, "set IOC_DATA_DIR to a directory it can enter")
        elif path.stat().st_uid != os.geteuid():
            owner = path.stat().st_uid
            raise ServerError(f"{path} belongs to user {owner}: run as that user or set IOC_DATA_DIR elsewhere")
        path.chmod(0o700)
        return cluster

    def _must_enter(self, path: Path, remedy: str) -> None:
        for step in [*reversed(path.parents), path]:
            if not self._may_enter(step):
                name = self.user.pw_name if self.user else ""
                raise ServerError(
                    f"PostgreSQL runs as user {name!r}, which may not enter {step}: {remedy}, "
                    f"or allow it (chmod o+x {shlex.quote(str(step))}), or do not run as root"
                )

    def _may_enter(self, path: Path) -> bool:
        return not self._run(["test", "-x", str(path)]).returncode

    @property
    def tools(self) -> Path:
        """PostgreSQL's programs: as installed, or a copy beside the data where their user may not enter there."""
        installed = programs.installed()
        if self.user is None or self._may_enter(installed):
            return installed
        return programs.copied(self.path.parent)

    @property
    def socket_dir(self) -> Path:
        """The data directory, or where its path is too long for a socket a private one in the temporary files."""
        if len(os.fsencode(self.path / SOCKET)) <= SOCKET_LIMIT:
            return self.path
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"ioc-postgres-{digest}"

    @property
    def pid(self) -> int | None:
        """The process id of the running server, None when it does not run, whatever its pid file says."""
        try:
            pid = int((self.path / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
        except (OSError, ValueError, psutil.Error):
            return None
        return pid if _works_in(process, self.path) else None

    def init(self) -> None:
        """Makes the cluster when there is none: UTF-8, text sorted by code point, the same on every machine."""
        version = self.path / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != programs.VERSION:
                raise ServerError(
                    f"{self.path} is of PostgreSQL {found}, this program brings {programs.VERSION}: "
                    "dump it with the old release and load it into a new data directory"
                )
            return
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
        self._tool("initdb", "-D", str(self.path), "-U", "postgres", "--auth=trust", *locale)

    def start(self, settings: Mapping[str, str], deadline: float = 60.0) -> None:
        """Starts the server; what a crash left behind does not stop it."""
        self._clear_away(time.monotonic() + deadline)
        self._make_socket_dir()
        wanted = {**SETTINGS, "unix_socket_directories": f'"{self.socket_dir}"', "port": "5432", **settings}
        options = " ".join(f"-c {shlex.quote(f'{k}={v}')}" for k, v in wanted.items())
        log, wait = str(self.path / "start.log"), str(int(deadline))
        self._tool("pg_ctl", "-D", str(self.path), "-o", options, "-l", log, "-w", "-t", wait, "start")

    def _clear_away(self, until: float) -> None:
        """Removes lock files nobody stands behind any more, once the last process of a killed server has ended.

        PostgreSQL does so itself, but not where the id in them is somebody else's by now, or a zombie's.
        """
        locks = [self.path / "postmaster.pid", self.socket_dir / f"{SOCKET}.lock"]
        while any(lock.exists() for lock in locks):
            if not any(_works_in(p, self.path) for p in psutil.process_iter()):
                for lock in locks:
                    lock.unlink(missing_ok=True)
            elif time.monotonic() > until:
                raise ServerError(f"processes of an earlier PostgreSQL still work in {self.path}: stop them first")
            else:
                time.sleep(0.05)

    def stop(self, mode: str = "fast") -> None:
        if self.pid is not None:
            self._tool("pg_ctl", "-D", str(self.path), "-m", mode, "-w", "-t", "60", "stop")
        if self.socket_dir != self.path:
            shutil.rmtree(self.socket_dir, ignore_errors=True)

    def _make_socket_dir(self) -> None:
        directory = self.socket_dir
        if directory == self.path:
            return
        directory.mkdir(mode=0o700, exist_ok=True)
        if directory.is_symlink() or directory.stat().st_uid not in (os.geteuid(), self._uid):
            raise ServerError(f"{directory} belongs to somebody else: remove it, or use a shorter IOC_DATA_DIR")
        os.chown(directory, self._uid, -1)
        directory.chmod(0o700)

    @property
    def _uid(self) -> int:
        return self.user.pw_uid if self.user else os.geteuid()

    def _last_log(self) -> str:
        logs = [p for p in (self.path / "start.log", *self.path.glob("log/*.log")) if p.exists()]
        newest = sorted(logs, key=lambda p: p.stat().st_mtime)[-2:]
        return "\n".join(p.read_text(errors="replace")[-2000:] for p in newest)

    def _tool(self, name: str, *args: str) -> None:
        done = self._run([str(self.tools / name), *args])
        if done.returncode:
            lines = [x for x in (done.stderr + "\n" + self._last_log()).splitlines() if x.strip()]
            why = next((x for x in reversed(lines) if "FATAL" in x or "error" in x), lines[-1] if lines else "")
            raise ServerError(f"PostgreSQL's {name} failed in {self.path}: {why.strip()}")

    def _run(self, command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        # outputs go to files: the server inherits them, and a pipe would be waited for until it ends
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            identity: dict[str, Any] = {}
            if self.user:
                identity = {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
            done = subprocess.run(  # noqa: S603  our own commands
                command,
                stdout=out,
                stderr=err,
                stdin=subprocess.DEVNULL,
                cwd="/",
                check=False,
                timeout=120,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
                **identity,
            )
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, out.read(), err.read())


def _works_in(process: psutil.Process, path: Path) -> bool:
    """Is this a process of the PostgreSQL in `path`?"""
    try:
        named = process.name().startswith("postgres") and process.status() != psutil.STATUS_ZOMBIE
        return named and Path(process.cwd()) == path
    except psutil.Error:
        return False


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=30)  # noqa: S603
    except (OSError, subprocess.SubprocessError) as e:
        raise ServerError(
            f"PostgreSQL does not run as root and user {SYSTEM_USER!r} could not be made: do not run as root"
        ) from e
    return pwd.getpwnam(SYSTEM_USER)
