"""What decoding an answer gives: records of the contract without `source`, which is the feed's own key, and links."""

from typing import NamedTuple

from data_sources.engine.contract import Record


class Link(NamedTuple):
    """Where more of this answer is to be read; whether to go there is decided by who fetches.

    `rel` is `next` (a further page) or `alert` (a document that an index lists).
    """

    rel: str
    href: str


Found = Record | Link
