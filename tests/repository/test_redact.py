"""A refused row as anybody may see it."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.redact import LONGEST, redacted


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ('{"status": "closed", "received_at": "2025-10-27T20:00:00+07:00"}', None),
        ('{"latitude": 95.0, "value": -999, "metric": "pm2_5", "open": true, "place_code": null}', None),
        ('{"summary": "Tư kể", "reporter": "Tư", "status": "x"}', '{"summary": "…", "reporter": "…", "status": "x"}'),
        ('{"phone": 12, "tel": "0912345678", "case_id": "0912345678"}', '{"phone": "…", "tel": "…", "case_id": "…"}'),
        ('{"id": "a@b.vn", "note": "0912345678", "n": 912345678}', '{"id": "…", "note": "…", "n": "…"}'),
        ('{"a": {"b": [1, {"c": "Tư"}]}}', '{"a": {"b": [1, "…"]}}'),
        ("Nguyễn Văn Tư,0912345678,12.5", "… … …,…,12.5"),
        ("<row><name>Tư</name></row>", "<…><…>…</…></…>"),
    ],
)  # fmt: skip
def test_kinds_times_and_numbers_stay_and_people_do_not(content: str, shown: str | None) -> None:
    wanted = content if shown is None else shown
    wanted = orjson.dumps(orjson.loads(wanted)).decode() if wanted.startswith("{") else wanted
    assert redacted(content) == wanted


@given(st.recursive(st.text() | st.integers() | st.floats(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)))
def test_no_text_of_an_unknown_field_is_ever_shown(value: object) -> None:
    secret = "Trần Thị Bí Mật 0912345678"
    shown = redacted(json.dumps({"x": value, "y": secret, "z": [secret]}))
    assert "Trần" not in shown
    assert "0912345678" not in shown
    assert len(shown) <= LONGEST


@given(st.text())
def test_anything_can_be_shown_on_one_line(content: str) -> None:
    shown = redacted(content)
    assert len(shown.splitlines()) <= 1
    assert len(shown) <= LONGEST
