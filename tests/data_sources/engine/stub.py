"""A server of many behaviours, one a path: what agencies' servers do on a bad day."""

import gzip
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MB = 1 << 20
JSON = {"content-type": "application/json"}
PAGE = b"<!DOCTYPE html><html><head><title>Site under maintenance</title></head></html>"
STATUSES = {"/500": 500, "/401": 401, "/403": 403, "/404": 404, "/302": 302}


class Stub(ThreadingHTTPServer):
    """`asked` counts requests by path, `seen` keeps their headers, `sent` counts bytes of bodies."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: Counter[str] = Counter()
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.sent = 0
        self.over = threading.Event()
        self.bodies: dict[str, tuple[bytes, dict[str, str]]] = {}
        """Answers that a test adds: body and headers by path."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address) -> None:
        """Clients that hang up are what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    server: Stub
    protocol_version = "HTTP/1.1"

    def log_message(self, *words) -> None:
        pass

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked[path] += 1
        self.server.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        if path in self.server.bodies:
            body, headers = self.server.bodies[path]
            self.answer(int(headers.get("status", 200)), body, headers)
        elif path in STATUSES:
            self.answer(STATUSES[path], b"oh no", {})
        else:
            getattr(self, "at_" + path.strip("/").replace("-", "_"))()

    def do_POST(self) -> None:
        self.do_GET()

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.pieces([body])

    def pieces(self, parts, pause: float = 0.0) -> None:
        for part in parts:
            self.wfile.write(part)
            self.wfile.flush()
            self.server.sent += len(part)
            if pause and self.server.over.wait(pause):
                return

    def at_ok(self) -> None:
        self.answer(200, b'{"ok": true}', {**JSON, "etag": '"v1"'})

    def at_old(self) -> None:
        known = self.headers.get("if-none-match") == '"v1"'
        self.answer(304 if known else 200, b"" if known else b"[]", {**JSON, "etag": '"v1"'})

    def at_pause(self) -> None:
        self.answer(429, b"", {"retry-after": "120"})

    def at_busy(self) -> None:
        self.answer(503, b"", {"retry-after": "Wed, 16 Sep 2026 05:10:00 GMT"})

    def at_page(self) -> None:
        self.answer(200, PAGE, {"content-type": "text/html; charset=utf-8"})

    def at_hidden_page(self) -> None:
        self.answer(200, b"\n <!-- hi -->" + PAGE, JSON)

    def at_picture(self) -> None:
        self.answer(200, b"\x89PNG", {"content-type": "image/png"})

    def at_hang(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "1000")
        self.end_headers()
        self.pieces([b"[1, 2, "])
        self.server.over.wait(30)

    def at_trickle(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "200")
        self.end_headers()
        self.pieces((b" " for _ in range(200)), pause=0.05)

    def at_trickled_head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nx-slow: ")
        self.pieces((b"a" for _ in range(200)), pause=0.05)
        self.wfile.write(b"\r\ncontent-length: 0\r\n\r\n")

    def at_huge(self) -> None:
        self.send_response(200)
        self.send_header("content-length", str(1 << 30))
        self.end_headers()
        self.pieces(b" " * MB for _ in range(1024))

    def at_endless(self) -> None:
        self.send_response(200)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        self.pieces(b"%x\r\n%b\r\n" % (MB, b" " * MB) for _ in range(1024))

    def at_bomb(self) -> None:
        self.answer(200, gzip.compress(bytes(64 * MB)), {**JSON, "content-encoding": "gzip"})

    def at_deflated(self) -> None:
        raw = zlib.compressobj(wbits=-15)
        self.answer(200, raw.compress(b"[7]") + raw.flush(), {**JSON, "content-encoding": "deflate"})

    def at_brotli(self) -> None:
        self.answer(200, b"xx", {**JSON, "content-encoding": "br"})

    def at_inward(self) -> None:
        port = self.server.server_port
        self.answer(302, b"", {"location": f"http://localhost:{port}/ok"})

    def at_metadata(self) -> None:
        self.answer(302, b"", {"location": "http://169.254.169.254/latest/meta-data/"})

    def at_file(self) -> None:
        self.answer(302, b"", {"location": "file:///etc/passwd"})

    def at_loop(self) -> None:
        self.answer(302, b"", {"location": "/loop"})

    def at_moved(self) -> None:
        self.answer(301, b"", {"location": "/ok?a=b"})

    def at_echo(self) -> None:
        self.answer(302, b"", {"location": f"/ok?{self.path.partition('?')[2]}"})

    def at_cookie(self) -> None:
        self.answer(200, b"[]", {**JSON, "set-cookie": "who=you"})

    def at_late(self) -> None:
        time.sleep(0.3)
        self.at_ok()


@contextmanager
def serving() -> Iterator[Stub]:
    """The server, on a free port, while the block runs."""
    stub = Stub()
    thread = threading.Thread(target=stub.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        stub.over.set()
        stub.shutdown()
        stub.server_close()
        thread.join(5)
