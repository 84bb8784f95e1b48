"""What a URL of ours means: page, place, moment, language. The same words always give the same picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, cast
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from city.snapshot import Known
from dashboards.kit.contract import Page
from dashboards.kit.language import LOCALES

CHOICES = frozenset({"show"})
"""Other words of the query that pages may read."""


class AddressError(ValueError):
    """A URL that means nothing here; the message is one line for people."""


@dataclass(frozen=True)
class Address:
    """`place` is None for the city. `at` is None for now."""

    page: str
    place: str | None = None
    at: datetime | None = None
    known: Known = "now"
    lang: str = "en"
    choice: tuple[tuple[str, str], ...] = ()
    words: Mapping[str, str] = field(default_factory=dict, compare=False)
    path: str = field(default="/", compare=False)

    @property
    def key(self) -> str:
        at = self.at.isoformat() if self.at else ""
        return "|".join([self.page, self.place or "", at, self.known, self.lang, urlencode(self.choice)])


def moment(text: str, zone: ZoneInfo) -> datetime:
    """An ISO time; without an offset it is city time, and a + that arrived as a space is understood.

    Raises AddressError.
    """
    word = text.strip()
    if len(word) > 10 and " " in word[11:]:
        word = word[:11] + word[11:].replace(" ", "+")
    try:
        at = datetime.fromisoformat(word)
        at = at if at.tzinfo else at.replace(tzinfo=zone)
        at = at.astimezone(UTC)
    except (ValueError, OverflowError) as e:
        raise AddressError(f"at: {text!r} is no time; write it as 2025-10-27T20:00 or with an offset") from e
    if not 1990 <= at.year <= 2200:
        raise AddressError(f"at: {text!r} is outside of what can be looked at (1990 to 2200)")
    return at


def known_of(text: str) -> Known:
    """Raises AddressError."""
    if text not in ("now", "then"):
        raise AddressError(f"known: {text!r} is neither now nor then")
    return cast(Literal["now", "then"], text)


def read(href: str, pages: Mapping[str, Page], zone: ZoneInfo, lang: str) -> Address:
    """The address a URL means; `lang` holds where it names none. Raises AddressError."""
    url = urlsplit(href)
    words = dict(parse_qsl(url.query, keep_blank_values=True))
    page, place = _page(unquote(url.path), pages)
    spoken = words.get("lang", lang)
    if spoken not in LOCALES:
        raise AddressError(f"lang: {spoken!r} is none of {', '.join(LOCALES)}")
    return Address(
        page.key,
        place,
        moment(words["at"], zone) if words.get("at") else None,
        known_of(words.get("known") or "now"),
        spoken,
        tuple(sorted((k, v) for k, v in words.items() if k in CHOICES)),
        words,
        url.path,
    )


def _page(path: str, pages: Mapping[str, Page]) -> tuple[Page, str | None]:
    parts = path.rstrip("/").split("/")
    for page in pages.values():
        wanted = page.route.rstrip("/").split("/")
        if len(wanted) == len(parts) and all(w in (p, "{place}") for w, p in zip(wanted, parts, strict=True)):
            places = [p for w, p in zip(wanted, parts, strict=True) if w == "{place}"]
            return page, places[0] if places else None
    raise AddressError(f"there is no page {path!r}")


def link(path: str, words: Mapping[str, str], **changed: str | None) -> str:
    """A path with the words of another URL, some changed or (None) left out."""
    kept = {k: v for k, v in {**words, **changed}.items() if v}
    return path + ("?" + urlencode(kept) if kept else "")
