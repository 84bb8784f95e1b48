"""A session with an MQTT 5 broker that outlives us: what comes while we are away or down waits for us there.

The broker takes a message for delivered once it is acknowledged, and that happens when its rows are committed. Until
then it comes again after every break, and the same rows change nothing.
"""

import ssl
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from paho.mqtt.client import Client, ConnectFlags, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from city.clock import Clock
from data_sources.engine.contract import SourceError

UNCONFIRMED = 1_000
"""Messages that a broker may send before any is acknowledged; its own limit is often 20."""
MOST_WAITING = 10_000
"""Messages in our hands at once. Only those of QoS 0, which nobody promised to deliver, can come to more."""
GATHERED = 0.01
"""Seconds after the first message for others to share its transaction."""
KEEPALIVE = 30
BACK_OFF = (1, 60)
"""Seconds between attempts to connect, first and at the most."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the broker is and who asks. `ca` is a file of certificates to trust beside the system's."""

    host: str
    port: int
    tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """`life` is the connection that it came by: an acknowledgement means something there only."""

    topic: str
    payload: bytes
    received_at: datetime
    mid: int
    qos: int
    life: int


class Session:
    """Connects by itself and again. `take` hands messages out, `confirm` acknowledges them to the broker."""

    def __init__(
        self, address: Address, name: str, topics: Mapping[str, int], keep: timedelta, most: int, clock: Clock
    ) -> None:
        """`keep` is how long the broker holds messages while we are away, `most` the largest message in bytes."""
        self._address, self._topics, self._clock = address, topics, clock
        self._keep, self._most = int(keep.total_seconds()), most
        self._changed = threading.Condition()
        self._waiting: deque[Message] = deque()
        self._taken: dict[int, list[Message]] = {}
        self._life = self._batches = self.dropped = 0
        self._up = self._started = False
        self._fault = "not connected yet"
        self._client = self._made(name)

    def start(self) -> None:
        """Connect in the background, if that is not under way."""
        if self._started:
            return
        self._started = True
        told = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        told.SessionExpiryInterval = self._keep
        told.ReceiveMaximum = UNCONFIRMED
        told.MaximumPacketSize = self._most
        self._client.connect_async(
            self._address.host, self._address.port, KEEPALIVE, clean_start=False, properties=told
        )
        self._client.loop_start()

    def close(self) -> None:
        """Leave; the session and its messages stay with the broker."""
        if self._started:
            self._client.disconnect()
            self._client.loop_stop()
        with self._changed:
            self._started = self._up = False
            self._waiting.clear()
            self._taken.clear()

    def wait_until_up(self, seconds: float) -> None:
        """Raises SourceError."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._up, seconds):
                raise SourceError(f"{self._address.host}:{self._address.port}: {self._fault}")

    def take(self, messages: int, size: int, seconds: float) -> tuple[int, list[Message]]:
        """What waits, at most so many messages and bytes (one at least), under a number to `confirm` it by.

        Empty when nothing comes within `seconds`. What was taken before and never confirmed comes first, again.
        """
        with self._changed:
            if self._changed.wait_for(lambda: bool(self._waiting), seconds):
                self._changed.wait_for(lambda: len(self._waiting) >= messages, GATHERED)  # they come in bursts
            out: list[Message] = []
            left = size
            while self._waiting and len(out) < messages and (not out or len(self._waiting[0].payload) <= left):
                out.append(self._waiting.popleft())
                left -= len(out[-1].payload)
            self._batches += 1
            if out:
                self._taken[self._batches] = out
            return self._batches, out

    def give_back(self) -> None:
        """What was taken and not confirmed waits again, before what came later."""
        with self._changed:
            for batch in sorted(self._taken, reverse=True):
                self._waiting.extendleft(m for m in reversed(self._taken[batch]) if m.life == self._life)
            self._taken.clear()

    def confirm(self, batch: int) -> None:
        """The broker may forget them."""
        with self._changed:
            for message in self._taken.pop(batch, ()):
                if message.qos and message.life == self._life:
                    self._client.ack(message.mid, message.qos)

    def _made(self, name: str) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=MQTTv5, manual_ack=True)
        client.reconnect_delay_set(*BACK_OFF)
        if self._address.user:
            client.username_pw_set(self._address.user, self._address.password or None)
        if self._address.tls:
            context = ssl.create_default_context()
            if self._address.ca:
                context.load_verify_locations(self._address.ca)
            client.tls_set_context(context)
        client.on_connect, client.on_disconnect = self._connected, self._lost
        client.on_connect_fail, client.on_message = self._unreachable, self._arrived
        return client

    def _connected(
        self, client: Client, _: Any, flags: ConnectFlags, reason: ReasonCode, __: Properties | None
    ) -> None:
        with self._changed:
            self._life += 1
            # what is not acknowledged comes again under this life
            self._waiting = deque(m for m in self._waiting if not m.qos)
            self._up = not reason.is_failure
            self._fault = f"the broker refuses: {reason}"
            self._changed.notify_all()
        if self._life > 1 and self._up and not flags.session_present:
            log = structlog.get_logger("data_sources.mqtt")
            log.warning("the broker forgot our session: messages may be missing", broker=self._address.host)
        if not reason.is_failure:
            kept = SubscribeOptions.RETAIN_SEND_IF_NEW_SUB
            client.subscribe([(t, SubscribeOptions(qos=q, retainHandling=kept)) for t, q in self._topics.items()])

    def _lost(self, _: Client, __: Any, ___: Any, reason: ReasonCode, ____: Properties | None) -> None:
        with self._changed:
            self._up, self._fault = False, f"the connection is lost: {reason}"

    def _unreachable(self, _: Client, __: Any) -> None:
        with self._changed:
            self._up, self._fault = False, "no connection"

    def _arrived(self, _: Client, __: Any, message: MQTTMessage) -> None:
        with self._changed:
            if not message.qos and len(self._waiting) >= MOST_WAITING:
                self.dropped += 1
                return
            found = Message(
                message.topic, bytes(message.payload), self._clock.now(), message.mid, message.qos, self._life
            )
            self._waiting.append(found)
            self._changed.notify_all()
