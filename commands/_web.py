"""The web server: one port taken before anything slow begins, and a quick end whatever sockets are open."""

import errno
import socket
import threading
from collections.abc import Callable
from typing import Any

import uvicorn

from commands.mistakes import CommandError

GOODBYE = 2
"""Seconds that open requests and sockets get to end; screens come back by themselves."""
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


def run(app: Any, taken: socket.socket, *, on_start: Callable[[], None]) -> None:
    """Serve an ASGI application until the process is told to stop; `on_start` runs beside it once it answers."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=GOODBYE,
        lifespan="auto",
    )
    server = _Server(config, on_start)
    server.run(sockets=[taken])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        threading.Thread(target=self._on_start, name="announce", daemon=True).start()
