"""A TCP proxy that can fail as networks do: silently (a cable pulled, a frozen peer) or at once (a cut)."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

Target = Callable[[], tuple[str, int] | Path]
"""Where to go on to, asked anew for each connection: an address, or a socket's file."""


class Proxy:
    """Listens on 127.0.0.1, or where it is told to; counts when connections arrived (monotonic seconds)."""

    def __init__(self, target: Target, listening: socket.socket | None = None) -> None:
        self.target = target
        self.arrivals: list[float] = []
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._flows = asyncio.Event()
        self._listening = listening or socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = int(self._listening.getsockname()[1]) if self._listening.family == socket.AF_INET else 0
        self._thread = threading.Thread(target=self._run, daemon=True, name="proxy")
        self._thread.start()

    def swallow(self) -> None:
        """From now on nothing passes, and nobody is told."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def flow(self) -> None:
        self._loop.call_soon_threadsafe(self._flows.set)

    def cut(self) -> None:
        """Every connection ends at once."""
        self._loop.call_soon_threadsafe(lambda: [w.transport.abort() for w in self._open])

    def close(self) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._listening.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._flows.set()
        self._loop.run_until_complete(asyncio.start_server(self._serve, sock=self._listening))
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.05))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.arrivals.append(self._loop.time())
        await self._flows.wait()
        where = self.target()
        try:
            ahead = asyncio.open_unix_connection(where) if isinstance(where, Path) else asyncio.open_connection(*where)
            far_reader, far = await ahead
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, far}
        with suppress(asyncio.CancelledError):
            await asyncio.gather(self._pump(reader, far), self._pump(far_reader, writer))
        self._open -= {writer, far}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            while data := await reader.read(65536):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


@contextmanager
def proxied(target: Target) -> Iterator[Proxy]:
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
