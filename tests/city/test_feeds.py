from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.feeds import FeedCard, bare

MINUTE = timedelta(minutes=1)


def card(**more):
    said = {"source": "s", "title": "", "domain": "data", "standard": "", "owner": "", "licence": "", "url": ""}
    return FeedCard(**{**said, "every": MINUTE, **more})


def test_a_feed_is_stale_after_twice_its_interval_unless_it_says_otherwise():
    assert card().stale_after == 2 * MINUTE
    assert card(stale_after=9 * MINUTE).stale_after == 9 * MINUTE


@pytest.mark.parametrize("wrong", [{"source": ""}, {"every": 0 * MINUTE}, {"stale_after": -MINUTE}])
def test_a_card_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="feed"):
        card(**wrong)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://who:pass@example.org:8443/api/v1?token=pass#pass", "https://example.org:8443/api/v1"),
        ("mqtts://who:pass@[::1]:8883/city/#", "mqtts://[::1]:8883/city/"),
        ("postgresql+psycopg://who:pass@db/agency?password=pass", "postgresql+psycopg://db/agency"),
        ("https://host:port/", ""),
    ],
)
def test_an_address_is_shown_without_credentials(url, shown):
    assert card(url=url).url == shown


@given(st.text())
def test_what_is_shown_of_an_address_holds_no_query_and_no_user(text):
    shown = bare(f"https://me:hidden@example.org/{text}")
    assert "hidden@" not in shown.split("/", 3)[2] if shown else True
