"""A subscription's notifications: an NGSI-LD broker posts what changed to us, with a token that we gave it."""

from dataclasses import replace
from datetime import datetime

from data_sources.engine.contract import DataSource, SourceInfo, Talk
from data_sources.engine.declared import Declared
from data_sources.engine.means import Means
from data_sources.standards import ngsi_ld
from data_sources.transports.feed import Feed, Options, decoding


class Posted(Options):
    """`per_minute` notifications are taken at the most, of `most` bytes each."""

    per_minute: int = 600
    most: int = 1 << 20


class Notified(Feed):
    """`auth` names the token that the broker shows; `every` is how often it says something at the least."""

    def __init__(self, declared: Declared, means: Means) -> None:
        super().__init__(declared, means, decoding(declared, ngsi_ld.decode))
        self.limits = declared.options_as(Posted)
        if declared.auth is None or declared.auth.kind not in ("bearer", "header"):
            raise declared.wrong("auth", "name the secret that the broker shows, of kind bearer or header")

    @property
    def info(self) -> SourceInfo:
        return replace(self.declared.info, pushed=True)

    def fetch(self, now: datetime) -> Talk:
        """Nothing is asked for: it comes by itself."""
        yield from ()

    def token(self) -> tuple[str, str]:
        """Name of a header and what stands in it. Raises SourceError when the secret is not told."""
        assert self.declared.auth is not None
        ((name, word),) = self.declared.auth.shown(self.means.secrets)[0].items()
        return name.lower(), word


def build(declared: Declared, means: Means) -> DataSource:
    return Notified(declared, means)


STANDARDS = {"ngsi_ld_notification": build}
