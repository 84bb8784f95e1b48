"""Debian's mosquitto on a free port of 127.0.0.1, with its state on disk, to be killed and started again."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

PROGRAM = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
ABSENT = "mosquitto is not installed (apt-get install mosquitto)"
CONFIGURATION = """
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
max_queued_messages 0
user root
"""


@dataclass
class Broker:
    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> None:
        written = self.folder / "mosquitto.conf"
        written.write_text(CONFIGURATION.format(port=self.port, folder=self.folder))
        log = (self.folder / "log").open("ab")
        with log:
            self.process = subprocess.Popen([PROGRAM or "", "-c", str(written)], stdout=log, stderr=log)
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError((self.folder / "log").read_text())

    def save(self) -> None:
        """What the broker does by itself every half hour, and what it must have done before it dies."""
        state = self.folder / "mosquitto.db"
        before = state.stat().st_mtime_ns if state.exists() else 0
        assert self.process is not None
        self.process.send_signal(signal.SIGUSR1)
        for _ in range(100):
            if state.exists() and state.stat().st_mtime_ns != before:
                return
            time.sleep(0.02)
        raise AssertionError("the broker did not save its state")

    def kill(self) -> None:
        """As a power cut does it."""
        if self.process:
            self.process.kill()
            self.process.wait(5)
            self.process = None

    def publish(self, messages: Sequence[tuple[str, bytes]], qos: int = 1) -> None:
        """Each one acknowledged by the broker before this returns."""
        client = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
        client.connect("127.0.0.1", self.port)
        client.loop_start()
        sent = [client.publish(topic, payload, qos) for topic, payload in messages]
        for one in sent:
            one.wait_for_publish(20)
        client.disconnect()
        client.loop_stop()


@contextmanager
def broker(folder: Path) -> Iterator[Broker]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Broker(folder, port)
    running.start()
    try:
        yield running
    finally:
        running.kill()
