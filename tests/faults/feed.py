"""A feed that counts who asks it and when: one incident more with each answer, in GeoJSON's plainest form."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TOWN = """
code = "town"
timezone = "Asia/Ho_Chi_Minh"
places = "places.csv"
name = {{en = "Town"}}
[map]
center = [16.4, 107.5]
[feeds.street]
title = "Street"
domain = "environment"
standard = "senml"
url = "http://127.0.0.1:{port}/readings"
private = true
every = "1 s"
stale_after = "30 s"
owner = "Town"
licence = "CC0-1.0"
"""


@dataclass
class Feed:
    port: int = 0
    asked: list[float] = field(default_factory=list)
    """When each poll came, monotonic seconds."""

    def since(self, moment: float) -> list[float]:
        return [t for t in self.asked if t >= moment]

    def longest_gap(self) -> float:
        return max(b - a for a, b in zip(self.asked, self.asked[1:], strict=False))

    def town(self, folder: Path) -> dict[str, str]:
        """A city with this feed: settings for a program of ours."""
        folder.mkdir(exist_ok=True)
        (folder / "town.toml").write_text(TOWN.format(port=self.port))
        (folder / "places.csv").write_text("place_code,name,population\na,Alpha,10\nb,Beta,20\n")
        return {"IOC_CITY": str(folder / "town.toml")}


@contextmanager
def feeding() -> Iterator[Feed]:
    feed = Feed()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            feed.asked.append(time.monotonic())
            now = datetime.now(UTC).timestamp()
            pack = [{"bn": "urn:dev:street-1:", "n": "pm2_5", "u": "ug/m3", "v": len(feed.asked) % 50, "t": now}]
            body = json.dumps(pack).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/senml+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Not into the test's output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    feed.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield feed
    finally:
        server.shutdown()
        server.server_close()
