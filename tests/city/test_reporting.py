import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from city.reporting import MONDAY_AT_SIX, Recipient, Reporting


def test_without_a_word_a_report_is_made_on_monday_at_six_for_nobody() -> None:
    plan = Reporting()
    assert (plan.cron, plan.locales, plan.places, plan.to) == (MONDAY_AT_SIX, (), (), ())


@pytest.mark.parametrize("cron", ["0 6 * * mon", "30 5 * * MON-FRI", "0 6 * * mon,thu", "0 6 1 * *", ""])
def test_a_cron_line_with_the_weekday_by_name_is_taken(cron: str) -> None:
    assert Reporting(cron=cron).cron == cron.lower()


@pytest.mark.parametrize("cron", ["0 6 * * 1", "0 6 * *", "monday", "0 6 * * * *", "0 6 * * mo"])
def test_a_cron_line_that_could_mean_two_days_is_refused(cron: str) -> None:
    with pytest.raises(ValidationError, match="write"):
        Reporting(cron=cron)


def test_a_recipient_is_an_address_alone_or_wants_some_only() -> None:
    plan = Reporting.model_validate(
        {"to": ["a@hue.example", {"address": "b@hue.example", "locale": "en", "place": "city"}]}
    )
    everything, some = plan.to
    assert everything.wants(None, "vi") and everything.wants("19753", "en")
    assert some.wants(None, "en") and not some.wants(None, "vi") and not some.wants("19753", "en")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@",
        "@b",
        "a b@c.example",
        "Ann <a@b.example>",
        "a@b.example\nBcc: x@y.example",
        "a@b.example,c@d",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError, match="no mail address"):
        Reporting.model_validate({"to": [address]})


@given(st.text(max_size=80))
def test_no_address_ends_a_line_of_a_mails_head(text: str) -> None:
    try:
        address = Recipient(address=text).address
    except ValidationError:
        return
    assert address.isascii() and address.isprintable() and not {*" ,;<>"} & {*address}


def test_what_is_named_twice_is_refused() -> None:
    for twice in ({"to": ["a@b.example"] * 2}, {"locales": ["vi", "vi"]}, {"places": ["a", "a"]}):
        with pytest.raises(ValidationError, match="twice"):
            Reporting.model_validate(twice)
