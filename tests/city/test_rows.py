from hypothesis import given
from hypothesis import strategies as st

from city.batch import Change
from city.rows import Rows
from tests.city.makers import change

edits = st.lists(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.one_of(st.none(), st.integers(0, 9))), max_size=6), max_size=8
)


def as_dict(rows: Rows) -> dict[str, float]:
    return {k[1]: rows["severity"][i] for k, i in rows.position.items()}


@given(edits)
def test_rows_follow_any_edits_like_a_dictionary(batches):
    rows, model = Rows.none("event"), {}
    for edit in batches:
        upserts = [{"event_id": k, "severity": v} for k, v in edit if v is not None]
        gone = {k for k, v in edit if v is None}
        model = {k: v for k, v in model.items() if k not in gone} | {u["event_id"]: u["severity"] for u in upserts}
        rows = rows.apply(change("event", upserts, [("test", k) for k in gone]))
        assert as_dict(rows) == model
        assert all(len(c) == len(rows) for c in rows.columns.values())


def test_a_whole_change_replaces_all():
    rows = Rows.none("event").apply(change("event", [{"event_id": "old"}]))
    rows = rows.apply(change("event", [{"event_id": "new"}, {"event_id": "new", "severity": 3}]), whole=True)
    assert as_dict(rows) == {"new": 3}


def test_an_empty_change_keeps_the_same_object():
    rows = Rows.none("event")
    assert rows.apply(Change(rows.columns)) is rows


def test_older_rows_are_never_written_to():
    before = Rows.none("event").apply(change("event", [{"event_id": "a", "severity": 1}]))
    before.apply(change("event", [{"event_id": "a", "severity": 5}]))
    assert as_dict(before) == {"a": 1}
