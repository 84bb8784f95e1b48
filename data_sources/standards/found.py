"""What decoding an answer gives: records of the contract without `source`, which is the feed's own key, and links."""

from data_sources.engine.contract import Found, Link

__all__ = ["Found", "Link"]
