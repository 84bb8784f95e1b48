"""Connections of the HTTP door: to checked addresses only, and no read or write of them outlives its request.

A name is resolved here and the very address that was checked is connected to, so that a name which answers differently
the second time (DNS rebinding) gains nothing. Certificates are checked against the name, as ever.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterable
from contextlib import contextmanager
from typing import Any

import httpcore

from data_sources.engine.addresses import Network, refusal

EACH = 5.0
"""Seconds that one of several addresses of a name may take to answer."""


class OverError(httpcore.ReadTimeout):
    """The time for the whole answer is over."""


class AddressError(Exception):
    """The name leads where no feed may be read from."""


class Patience(threading.local):
    """What is left of the time that the request under way in this thread may take."""

    until = 0.0

    def left(self, at_most: float | None = None) -> float:
        """Seconds; raises OverError when there are none."""
        found = self.until - time.monotonic()
        if found <= 0:
            raise OverError
        return found if at_most is None else min(found, at_most)

    @contextmanager
    def of(self, seconds: float) -> Any:
        self.until = time.monotonic() + seconds
        yield


class Wire(httpcore.NetworkBackend):
    """Where a pool gets its connections."""

    def __init__(self, patience: Patience, *, private: bool, known: Iterable[Network] = ()) -> None:
        self._patience, self._private, self._known = patience, private, tuple(known)
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        fault: Exception = httpcore.ConnectError("no address")
        for address in self._allowed(host, port):
            try:
                found = self._plain.connect_tcp(address, port, self._patience.left(EACH), local_address, socket_options)
                return _Stream(found, self._patience)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as e:
                fault = e
        raise fault

    def _allowed(self, host: str, port: int) -> list[str]:
        """The addresses of a name that may be connected to, each once. Raises AddressError when there is none."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as e:
            raise httpcore.ConnectError(f"the name {host} is not known") from e
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        reasons = {a: refusal(a, private=self._private, known=self._known) for a in addresses}
        allowed = [a for a, reason in reasons.items() if reason is None]
        if not allowed:
            raise AddressError("; ".join(r for r in reasons.values() if r))
        return allowed


class _Stream(httpcore.NetworkStream):
    """A connection whose every wait ends when its request's time is over, however slowly bytes trickle."""

    def __init__(self, inner: httpcore.NetworkStream, patience: Patience) -> None:
        self._inner, self._patience = inner, patience

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._inner.read(max_bytes, self._patience.left(timeout))
        except httpcore.ReadTimeout:
            self._patience.left()  # raises what it is, if that was the end of the time
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._patience.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(
            self._inner.start_tls(ssl_context, server_hostname, self._patience.left(timeout)), self._patience
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
