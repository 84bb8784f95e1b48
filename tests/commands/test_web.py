"""The web server: the port is taken first, and the end is quick whatever is open."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect

from commands._web import address, listen
from commands.mistakes import CommandError

SERVE = """
import asyncio
from commands import _web
from commands._stop import until_stopped
from commands.logs import configure
from dashboards.kit.app import server
configure()
async def app(scope, receive, send):
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await asyncio.sleep(1000)
    elif scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["client"][0].encode()})
taken = _web.listen("127.0.0.1", 0)
with until_stopped():
    _web.run(server(app, *taken.getsockname()), taken, on_start=lambda: print(_web.address(taken), flush=True))
print("in order", flush=True)
"""


@pytest.fixture
def server() -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen([sys.executable, "-c", SERVE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with process:
        yield process
        process.kill()


def test_sigterm_ends_it_in_order_within_seconds_though_sockets_are_open(server: "subprocess.Popen[str]") -> None:
    assert server.stdout and server.stderr
    url = server.stdout.readline().strip()
    with connect(url.replace("http", "ws")) as ws:
        began = time.monotonic()
        server.send_signal(signal.SIGTERM)
        with pytest.raises(ConnectionClosedError):
            ws.recv(timeout=5)
    assert server.wait(timeout=10) == 0
    assert time.monotonic() - began < 5
    assert server.stdout.read() == "in order\n"
    assert "CancelledError" not in "".join(json.loads(x).get("exception", "") for x in server.stderr)


def test_a_port_that_is_taken_is_one_clear_line() -> None:
    said = pytest.raises(CommandError, match=r"cannot listen on 127\.0\.0\.1:\d+: the port is taken.*--port")
    with listen("127.0.0.1", 0) as taken, said:
        listen("127.0.0.1", taken.getsockname()[1])


def test_an_address_that_is_not_ours_is_one_clear_line() -> None:
    with pytest.raises(CommandError, match=r"cannot listen on 192\.0\.2\.1:0"):
        listen("192.0.2.1", 0)


def test_an_address_for_everybody_is_shown_as_one_that_can_be_opened() -> None:
    with listen("0.0.0.0", 0) as taken:
        assert address(taken) == f"http://127.0.0.1:{taken.getsockname()[1]}"
    if socket.has_ipv6:
        with listen("::1", 0) as taken:
            assert address(taken) == f"http://[::1]:{taken.getsockname()[1]}"
