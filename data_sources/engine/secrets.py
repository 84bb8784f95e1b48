"""Secrets of feeds: named in the city file, told by the settings, put into requests, and taken out of every text."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, quote_plus

from data_sources.engine.contract import SourceError

HIDDEN = "***"
SHORTEST = 4
"""Letters: what is shorter would be found in any text."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Secrets by name, in small letters, as `IOC_SECRET_<NAME>` told them."""

    told: Mapping[str, str]

    def __call__(self, name: str) -> str:
        """Raises SourceError."""
        found = self.told.get(name.lower(), "")
        if not found:
            raise SourceError(f"the secret {name} is not told: set IOC_SECRET_{name.upper()}, or its _FILE")
        return found

    def scrubbed(self, text: str) -> str:
        """The text without any secret, however it may be written in a URL or a header."""
        for form in self._forms():
            text = text.replace(form, HIDDEN)
        return text

    def scrubbed_bytes(self, raw: bytes) -> bytes:
        """The same of an answer, which may repeat what it was asked with."""
        for form in self._forms():
            raw = raw.replace(form.encode(), HIDDEN.encode())
        return raw

    def _forms(self) -> list[str]:
        """Every secret in every way it may be written, the longest first."""
        words = [w for w in self.told.values() if len(w) >= SHORTEST]
        forms = {f for w in words for f in (w, quote(w), quote(w, safe=""), quote_plus(w))}
        forms |= {w.replace("\\", "\\\\").replace('"', '\\"') for w in words}  # as JSON writes it
        return sorted(forms, key=len, reverse=True)

    def __repr__(self) -> str:
        return f"Secrets({', '.join(self.told)})"


@dataclass(frozen=True, slots=True)
class Auth:
    """How a feed is shown who asks: `secret` names the secret; `name` is the header, the parameter or the user."""

    kind: Literal["bearer", "basic", "header", "query"]
    secret: str
    name: str = ""

    def shown(self, secrets: Secrets) -> tuple[dict[str, str], dict[str, str]]:
        """Headers and parameters with the secret in them. Raises SourceError when the secret is not told."""
        word = secrets(self.secret)
        if not word.isprintable():
            raise SourceError(f"the secret {self.secret} holds what no header can carry")
        if self.kind == "query":
            return {}, {self.name: word}
        if self.kind == "basic":
            pair = base64.b64encode(f"{self.name}:{word}".encode()).decode()
            return {"authorization": f"Basic {pair}"}, {}
        return {self.name or "authorization": f"Bearer {word}" if self.kind == "bearer" else word}, {}
