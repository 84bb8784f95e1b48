"""What is counted as it happens, for /metrics."""

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

# a second family beside each, which says when this process started and no more
disable_created_metrics()  # type: ignore[no-untyped-call]

PUSH_S = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
POLL_S = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20)


class Meters:
    """What is counted as it happens. Threads may call any of these."""

    def __init__(self) -> None:
        self.kept = CollectorRegistry()
        words = "From a picture's being made to its being handed to a screen's socket"
        self._push = Histogram("ioc_push_delay_seconds", words, buckets=PUSH_S, registry=self.kept)
        self._poll = Histogram(
            "ioc_poll_duration_seconds", "A look at the repository", buckets=POLL_S, registry=self.kept
        )
        self._lost = Counter("ioc_repository_lost", "How often no picture was made in time", registry=self.kept)

    def pushed(self, seconds: float) -> None:
        self._push.observe(seconds)

    def polled(self, seconds: float) -> None:
        self._poll.observe(seconds)

    def lost(self) -> None:
        self._lost.inc()
