"""What a URL of ours means: page, place, moment, language. The same words always give the same picture.

`/wall?screen=<path>` is the page of that path as the wall shows it: the same picture, so it is painted once for both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, cast
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from city.moment import MomentError
from city.moment import moment as moment_of
from city.snapshot import Known
from dashboards.kit.contract import Page
from dashboards.kit.language import LOCALES

FILTERS = ("category", "agency", "channel", "field", "severity", "age", "day", "weekday", "hour", "left", "hit")
"""Words that narrow a list of rows (kit.records)."""
CHOICES = frozenset({"show", "indicator", "place", "page", *FILTERS})
"""Other words of the query that pages may read."""
KEPT = ("at", "known", "lang", "speed", "play")
"""Words that go along from page to page."""
WALL = "/wall"


class AddressError(ValueError):
    """A URL that means nothing here; the message is one line for people."""


@dataclass(frozen=True)
class Address:
    """`place` is None for the city. `at` is None for now, and what is known then is what is known now.

    `key` names the picture: addresses with the same key show the same.
    """

    page: str
    place: str | None = None
    at: datetime | None = None
    known: Known = "now"
    lang: str = "en"
    choice: tuple[tuple[str, str], ...] = ()
    words: Mapping[str, str] = field(default_factory=dict, compare=False)
    path: str = field(default="/", compare=False)
    wall: bool = field(default=False, compare=False)

    @property
    def key(self) -> str:
        at = self.at.isoformat() if self.at else ""
        return "|".join([self.page, self.place or "", at, self.known, self.lang, urlencode(self.choice)])


def moment(text: str, zone: ZoneInfo) -> datetime:
    """An ISO time as in city.moment. Raises AddressError."""
    try:
        return moment_of(text, zone)
    except MomentError as e:
        raise AddressError(f"at: {e}") from e


def known_of(text: str) -> Known:
    """Raises AddressError."""
    if text not in ("now", "then"):
        raise AddressError(f"known: {text!r} is neither now nor then")
    return cast(Literal["now", "then"], text)


def read(href: str, pages: Mapping[str, Page], zone: ZoneInfo, lang: str) -> Address:
    """The address a URL means; `lang` holds where it names none. Raises AddressError."""
    url = urlsplit(href)
    words = dict(parse_qsl(url.query, keep_blank_values=True))
    path = unquote(url.path)
    wall = path.rstrip("/") == WALL
    if wall:
        shown = urlsplit(words.get("screen") or "/")
        path, words = unquote(shown.path), {**dict(parse_qsl(shown.query)), **words}
    page, place = _page(path, pages)
    spoken = words.get("lang", lang)
    if spoken not in LOCALES:
        raise AddressError(f"lang: {spoken!r} is none of {', '.join(LOCALES)}")
    at = moment(words["at"], zone) if words.get("at") else None
    known = known_of(words.get("known") or "now")
    return Address(
        page.key,
        place,
        at,
        known if at else "now",
        spoken,
        tuple(sorted((k, v) for k, v in words.items() if k in CHOICES)),
        words,
        url.path,
        wall,
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
