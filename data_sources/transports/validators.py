"""Asking for what changed only: validators of what is in already (RFC 9110, 8.8), and its fingerprint."""

import hashlib
from collections.abc import Mapping
from typing import Any

from data_sources.engine.contract import Answer

_ASKED = {"etag": "if-none-match", "last-modified": "if-modified-since"}


def conditions(kept: Mapping[str, Any]) -> dict[str, str]:
    """Headers by which a server may answer that nothing changed."""
    return {asked: kept[told] for told, asked in _ASKED.items() if isinstance(kept.get(told), str)}


def marks(answer: Answer) -> dict[str, Any]:
    """What to keep of an answer that is in."""
    told = {name: answer.headers[name] for name in _ASKED if name in answer.headers}
    return {**told, "sha256": hashlib.sha256(answer.body).hexdigest()}


def is_known(answer: Answer, kept: Mapping[str, Any]) -> bool:
    """The same bytes as last time, whatever the server says."""
    return kept.get("sha256") == hashlib.sha256(answer.body).hexdigest()
