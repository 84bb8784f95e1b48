"""The channels of all addresses that somebody looks at, and of the few that somebody just looked at."""

from collections.abc import Iterator

from dashboards.kit.channel import Channel

KEPT_CHANNELS, KEPT_PASTS = 100, 6


class Channels:
    """By address; painting threads, the event loop and a scrape read it while one of them adds to it."""

    def __init__(self) -> None:
        self._by_key: dict[str, Channel] = {}

    def __iter__(self) -> Iterator[Channel]:
        return iter(list(self._by_key.values()))

    def get(self, key: str) -> Channel | None:
        return self._by_key.get(key)

    def keep(self, channel: Channel) -> None:
        """As the newest. Of what nobody looks at the oldest are forgotten, past moments sooner: each holds a city."""
        self._by_key.pop(channel.address.key, None)
        self._by_key[channel.address.key] = channel
        idle = [k for k, c in self._by_key.items() if not c.screens]
        past = [k for k in idle if self._by_key[k].fixed is not None]
        over = [*past[: max(0, len(past) - KEPT_PASTS)], *idle[: max(0, len(idle) - KEPT_CHANNELS)]]
        for key in dict.fromkeys(over):
            del self._by_key[key]

    @property
    def screens(self) -> int:
        return sum(c.screens for c in self)

    @property
    def failing(self) -> int:
        """Pages that somebody looks at and that can't be painted."""
        return sum(bool(c.screens and c.failing) for c in self)
