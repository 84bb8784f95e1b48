"""The port is taken before anything slow begins, and the web server says when it answers."""

import errno
import socket
import threading
import time
from collections.abc import Callable

import uvicorn

from commands.mistakes import CommandError

BACKLOG = 1024


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises CommandError when the port is taken or the address is not ours."""
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(where, family=family, backlog=BACKLOG)
    except OSError as e:
        known = {errno.EADDRINUSE: "the port is taken; choose another with --port", errno.EACCES: "not allowed"}
        why = known.get(e.errno or 0) or e.strerror or str(e)
        raise CommandError(f"cannot listen on {host}:{port}: {why}") from e


def address(taken: socket.socket) -> str:
    """Where a browser on this machine finds the socket."""
    host, port = taken.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  read, not listened on
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(server: uvicorn.Server, taken: socket.socket, *, on_start: Callable[[], None]) -> None:
    """Serve on a socket until the process is told to stop; `on_start` runs beside it once it answers."""
    threading.Thread(target=_once_started, args=(server, on_start), name="announce", daemon=True).start()
    server.run(sockets=[taken])


def _once_started(server: uvicorn.Server, on_start: Callable[[], None]) -> None:
    while not server.started and not server.should_exit:
        time.sleep(0.05)
    if not server.should_exit:
        on_start()
