from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.kit.address import Address, AddressError, link, read
from dashboards.kit.discover import discover

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
PAGES = discover()


def address(href: str) -> Address:
    return read(href, PAGES, HANOI, "vi")


def test_the_root_is_the_overview_of_the_city_now() -> None:
    assert address("/") == Address("overview", lang="vi")


def test_a_place_has_a_page() -> None:
    assert address("http://x/place/19753?lang=en") == Address("place", "19753", lang="en")
    assert address("/place/unlocated").place == "unlocated"


def test_a_moment_without_an_offset_is_city_time() -> None:
    assert address("/?at=2025-10-27T20:00").at == datetime(2025, 10, 27, 13, tzinfo=UTC)


@pytest.mark.parametrize("at", ["2025-10-27T20:00+07:00", "2025-10-27T20:00 07:00", "2025-10-27 20:00 07:00"])
def test_a_plus_that_arrives_as_a_space_is_understood(at: str) -> None:
    assert address(f"/?at={quote(at)}").at == datetime(2025, 10, 27, 13, tzinfo=UTC)


OFFSETS = st.integers(-12, 14).map(lambda h: timezone(timedelta(hours=h)))
EARLY, LATE = datetime.fromisoformat("1991-01-01"), datetime.fromisoformat("2100-01-01")


@given(st.datetimes(EARLY, LATE, timezones=OFFSETS))
def test_every_time_with_an_offset_is_that_instant(at: datetime) -> None:
    assert address(f"/?at={quote(at.isoformat())}").at == at
    assert address(f"/?at={at.isoformat()}").at == at


@pytest.mark.parametrize(
    "href", ["/nowhere", "/place", "/?at=soon", "/?at=1066-10-14", "/?known=maybe&at=2025-01-01", "/?lang=xx"]
)
def test_what_means_nothing_is_refused_in_one_line(href: str) -> None:
    with pytest.raises(AddressError) as e:
        address(href)
    assert "\n" not in str(e.value)


def test_a_link_keeps_the_words_it_is_not_told_to_change() -> None:
    assert link("/", {"at": "2025-10-27T20:00", "lang": "vi"}, lang="en") == "/?at=2025-10-27T20%3A00&lang=en"
    assert link("/", {"lang": "vi"}, lang=None) == "/"


PATHS = st.sampled_from([p.route.replace("{place}", "19753") for p in PAGES.values()])
MOMENTS = st.datetimes(EARLY, LATE, timezones=OFFSETS).map(lambda at: at.replace(microsecond=0))


@given(PATHS, st.none() | MOMENTS, st.sampled_from(["now", "then"]), st.sampled_from(["vi", "en", "pt"]), st.booleans())
def test_what_a_link_says_is_what_is_read(
    path: str, at: datetime | None, known: str, lang: str, on_the_wall: bool
) -> None:
    words = {"known": known, "lang": lang, **({"at": at.isoformat()} if at else {})}
    href = link("/wall", {"screen": path, **words}) if on_the_wall else link(path, words)
    found = address(href)
    assert (found.at, found.known, found.lang) == (at, known if at else "now", lang)
    assert found.wall == on_the_wall
    assert found == address(link(path, words)), "the wall shows the same picture"
    assert address(link("/wall" if on_the_wall else path, found.words)) == found


def test_what_was_known_then_of_now_is_now() -> None:
    assert address("/?known=then").key == address("/").key


def test_the_wall_shows_the_overview_until_it_turns() -> None:
    assert address("/wall").page == "overview" and address("/wall").wall
    assert address("/wall?screen=/public-order").page == "public_order"
    assert address("/wall?screen=/%3Fshow%3Dx&lang=en").choice == (("show", "x"),)
    with pytest.raises(AddressError):
        address("/wall?screen=/nowhere")


NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2025-11-02T01:30", "2025-11-02T05:30"),  # twice: the earlier
        ("2025-03-09T02:30", "2025-03-09T07:00"),  # never: the first instant after the gap
        ("2025-11-02T01:30-05:00", "2025-11-02T06:30"),
    ],
)
def test_city_time_where_the_clocks_are_put(written: str, utc: str) -> None:
    found = read(link("/", {"at": written}), PAGES, NEW_YORK, "en")
    assert found.at == datetime.fromisoformat(utc).replace(tzinfo=UTC)
