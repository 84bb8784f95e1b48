from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from repository import mails
from repository.archive import Made, content, keep, listed
from repository.jobs import ClaimLost, Run, claim, expect, open_runs

NOW = datetime(2026, 11, 23, tzinfo=UTC)
JOB = "weekly//vi"


def made(**changed: object) -> Made:
    values: dict[str, object] = {
        **{"kind": "weekly", "period": "2026-W47", "starts_at": NOW - timedelta(days=7), "ends_at": NOW},
        **{"place_code": None, "locale": "vi", "made_at": NOW, "took": timedelta(seconds=2), "pages": 8, "bytes": 3},
        **{"sha256": "a", "unsigned_sha256": "a", "snapshot_sha256": "b", "signed_by": None, "content": b"pdf"},
    }
    return Made(**{**values, **changed})  # type: ignore[arg-type]


def run(engine: Engine, job: str = JOB) -> Run:
    expect(engine, job, [(NOW, "2026-W47")])
    found = claim(engine, [job], "a", NOW)
    assert found
    return found


def test_a_report_is_kept_whole_and_its_run_finished(engine: Engine) -> None:
    keep(engine, made(), run(engine))
    (kept,) = listed(engine)
    assert (kept.period, kept.bytes, kept.signed_by, kept.recipients) == ("2026-W47", 3, None, 0)
    found = content(engine, kept.report_id)
    assert found and found.content == b"pdf" and found.sha256 == "a"
    assert content(engine, kept.report_id + 1) is None and open_runs(engine, NOW) == []


def test_who_lost_the_claim_keeps_nothing(engine: Engine) -> None:
    late = run(engine)
    run_again = claim(engine, [JOB], "b", NOW + timedelta(hours=1))
    assert run_again
    with pytest.raises(ClaimLost):
        keep(engine, made(content=b"late"), late)
    assert listed(engine) == []
    keep(engine, made(), run_again)
    assert len(listed(engine)) == 1


def test_a_report_is_there_once_and_stays_as_it_was_sent(engine: Engine) -> None:
    keep(engine, made(), run(engine))
    keep(engine, made(content=b"another"), run(engine, "by another name"))
    (kept,) = listed(engine)
    found = content(engine, kept.report_id)
    assert found and found.content == b"pdf"


def test_places_and_languages_are_reports_of_their_own(engine: Engine) -> None:
    for n, changed in enumerate(({}, {"locale": "en"}, {"place_code": "19753"})):
        keep(engine, made(**changed), run(engine, str(n)))
    assert [(k.place_code, k.locale) for k in listed(engine)] == [(None, "en"), (None, "vi"), ("19753", "vi")]
    assert len(listed(engine, most=2)) == 2


def test_mails_wait_with_the_report_and_are_sent_once(engine: Engine) -> None:
    keep(engine, made(), run(engine), {"a@hue.example": "<1>", "b@hue.example": "<2>"})
    first, second = (mails.claim(engine, "x", NOW) for _ in range(2))
    assert first and second and (first.recipient, second.recipient) == ("a@hue.example", "b@hue.example")
    assert mails.claim(engine, "y", NOW) is None
    mails.sent(engine, first, NOW)
    mails.fail(engine, second, NOW, "451 try later", timedelta(minutes=1))
    (kept,) = listed(engine)
    assert (kept.mails, kept.recipients, kept.unsent) == (1, 2, "451 try later")
    again = mails.claim(engine, "y", NOW + timedelta(minutes=1))
    assert again and (again.recipient, again.message_id, again.attempts) == ("b@hue.example", "<2>", 2)


def test_a_mail_whose_sender_was_killed_is_sent_again_under_its_own_name(engine: Engine) -> None:
    keep(engine, made(), run(engine), {"a@hue.example": "<1>"})
    first = mails.claim(engine, "x", NOW)
    assert first and mails.claim(engine, "y", NOW + mails.LEASE / 2) is None
    again = mails.claim(engine, "y", NOW + mails.LEASE)
    assert again and again.message_id == first.message_id
    mails.fail(engine, first, NOW, "too late to say", timedelta(0))
    mails.sent(engine, again, NOW)
    assert mails.claim(engine, "z", NOW + timedelta(days=9)) is None


def test_who_left_the_list_gets_nothing_any_more(engine: Engine) -> None:
    keep(engine, made(), run(engine), {"a@hue.example": "<1>", "b@hue.example": "<2>"})
    mails.withdraw(engine, ["b@hue.example"], NOW)
    found = mails.claim(engine, "x", NOW)
    assert found and found.recipient == "b@hue.example" and mails.claim(engine, "x", NOW) is None
    assert listed(engine)[0].recipients == 1
