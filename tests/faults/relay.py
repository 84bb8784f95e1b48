"""`python -m tests.faults.relay HERE THERE`: whoever comes here is passed on; each is a socket's file or host:port."""

import signal
import socket
import sys
from pathlib import Path

from tests.faults.proxy import Proxy


def place(word: str) -> tuple[str, int] | Path:
    host, colon, port = word.rpartition(":")
    return (host, int(port)) if colon else Path(word)


def listening(where: tuple[str, int] | Path) -> socket.socket:
    if not isinstance(where, Path):
        return socket.create_server(where, backlog=512)
    found = socket.socket(socket.AF_UNIX)
    found.bind(str(where))
    found.listen(512)
    return found


if __name__ == "__main__":
    here, there = map(place, sys.argv[1:])
    proxy = Proxy(lambda: there, listening(here))
    print("ready", flush=True)
    signal.sigwait([signal.SIGTERM])
    proxy.close()
