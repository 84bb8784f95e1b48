"""A Chromium that nobody but us talks to, by its DevTools protocol, for what is measured over hours.

A driver that watches the network makes the page's own process keep the body of every answer, up to 200 MB of them:
on a wall that turns its pages that looks like a leak, half a megabyte a turn.
"""

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
from websockets.sync.client import ClientConnection, connect

from tests.browser.chromium import FLAGS, HARMLESS, executable

START_S, ANSWER_S = 60.0, 60.0
ENDS = ("--headless", "--remote-debugging-port=0", "--no-first-run", "--hide-scrollbars")


class Tab:
    """One page; `complaints` are what it threw or said as an error or a warning."""

    def __init__(self, socket: ClientConnection, process: psutil.Process) -> None:
        self._socket, self._asked = socket, 0
        self.process = process
        self.complaints: list[str] = []
        for domain in ("Runtime", "Log", "Performance"):
            self.send(f"{domain}.enable")

    def send(self, method: str, timeout: float = ANSWER_S, **params: Any) -> dict[str, Any]:
        """The answer's result. Raises RuntimeError when it is an error, TimeoutError."""
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": params}))
        end = time.monotonic() + timeout
        while True:
            told = json.loads(self._socket.recv(timeout=max(0.0, end - time.monotonic())))
            if told.get("id") == self._asked:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']}")
                return dict(told["result"])
            self._note(told)

    def evaluate(self, script: str, timeout: float = ANSWER_S) -> Any:
        """The value of an expression; a promise is waited for. Raises RuntimeError for what it throws."""
        found = self.send("Runtime.evaluate", timeout, expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(_thrown(found["exceptionDetails"]))
        return found["result"].get("value")

    def open(self, url: str, width: int, height: int, scale: float) -> None:
        screen = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        self.send("Emulation.setDeviceMetricsOverride", **screen)
        self.send("Page.navigate", url=url)

    def wait(self, script: str, seconds: float) -> None:
        """Until an expression is true."""
        end = time.monotonic() + seconds
        while not self.evaluate(f"!!({script})"):
            assert time.monotonic() < end, f"never came true: {script}"
            time.sleep(0.1)

    def renderer(self) -> psutil.Process:
        """The process that works: Chromium keeps a spare beside it."""
        found = [p for p in self.process.children(recursive=True) if "--type=renderer" in " ".join(p.cmdline())]
        return max(found, key=lambda p: p.cpu_times().user)

    def _note(self, told: dict[str, Any]) -> None:
        params = told.get("params", {})
        if told.get("method") == "Runtime.exceptionThrown":
            self.complaints.append(f"error: {_thrown(params['exceptionDetails'])}")
        elif told.get("method") == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            self._complain(params["type"], " ".join(str(a.get("value", a)) for a in params["args"]))
        elif told.get("method") == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self._complain(params["entry"]["level"], params["entry"]["text"])

    def _complain(self, kind: str, text: str) -> None:
        if not any(h in text for h in HARMLESS):
            self.complaints.append(f"{kind}: {text}")


def _thrown(details: dict[str, Any]) -> str:
    return str(details.get("exception", {}).get("description") or details["text"])


@contextmanager
def tab() -> Iterator[Tab]:
    """A new Chromium with one page, ended afterwards."""
    path = executable()
    with tempfile.TemporaryDirectory(prefix="ioc-devtools-", ignore_cleanup_errors=True) as profile:
        command = [path, *FLAGS, *ENDS, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with connect(_page(Path(profile) / "DevToolsActivePort"), max_size=None) as socket:
                yield Tab(socket, psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait(15)


def _page(told: Path) -> str:
    """The address of the first page's socket, once Chromium has told its port."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        if told.exists() and len(lines := told.read_text().splitlines()) > 1:
            listed = httpx.get(f"http://127.0.0.1:{lines[0]}/json/list", timeout=10).json()
            if pages := [t for t in listed if t["type"] == "page"]:
                return str(pages[0]["webSocketDebuggerUrl"])
        time.sleep(0.1)
    raise TimeoutError(f"Chromium did not start within {START_S:g} s")
