"""Whole loads: what goes in, what is refused and why, and that it all adds up however often and in whatever order."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from repository.rejected import rejected
from tests.repository.load.makers import NOW, READINGS, TICKETS, counts, loaded, stored, written

HEAD = "id,opened,closed,what,lat,lon\n"
DAY = timedelta(days=1)


def ticket(number: int | str, opened: str = "2026-05-01 08:00", closed: str = "", rest: str = "light,,") -> str:
    return f"{number},{opened},{closed},{rest}\n"


def reasons(engine: Engine) -> set[str]:
    return {r.reason for r in rejected(engine)}


def test_the_same_file_twice_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + ticket(1) + ticket(2, closed="2026-05-02 09:00"))
    assert counts(loaded(engine, TICKETS, path)) == (2, 2, 0, 0, 0)
    before = stored(engine, "select feedback_id, recorded_at, recorded_in::text from repository.feedback order by 1")
    assert counts(loaded(engine, TICKETS, path)) == (2, 0, 0, 2, 0)
    after = stored(engine, "select feedback_id, recorded_at, recorded_in::text from repository.feedback order by 1")
    assert (before, stored(engine, "select 1 from repository.feedback_history")) == (after, [])


def test_of_rows_with_the_same_key_the_last_wins(engine: Engine, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + ticket(1) + ticket(2) + ticket(1, rest="noise,,"))
    assert counts(loaded(engine, TICKETS, path)) == (3, 2, 0, 1, 0)
    assert stored(engine, "select category from repository.feedback where feedback_id = '1'") == [("noise",)]


def test_a_changed_row_is_updated_and_what_it_was_is_kept(engine: Engine, tmp_path: Path) -> None:
    loaded(engine, TICKETS, written(tmp_path, HEAD + ticket(1) + ticket(2)))
    path = written(tmp_path, HEAD + ticket(1, closed="2026-05-03 10:00") + ticket(2) + ticket(3))
    assert counts(loaded(engine, TICKETS, path)) == (3, 1, 1, 1, 0)
    assert stored(engine, "select feedback_id, closed_at from repository.feedback_history") == [("1", None)]


def test_columns_that_a_mapping_leaves_out_keep_what_is_stored(engine: Engine, tmp_path: Path) -> None:
    loaded(engine, TICKETS, written(tmp_path, HEAD + ticket(1)))
    fewer = TICKETS.replace('category = "what"\n', "").replace('latitude = "lat"\nlongitude = "lon"\n', "")
    path = written(tmp_path, "id,opened,closed\n1,2026-05-01 08:00,2026-05-02 08:00\n")
    assert counts(loaded(engine, fewer, path)) == (1, 0, 1, 0, 0)
    assert stored(engine, "select category, closed_at is null from repository.feedback") == [("light", False)]


def test_an_emptied_cell_of_a_mapped_column_empties_what_is_stored(engine: Engine, tmp_path: Path) -> None:
    loaded(engine, TICKETS, written(tmp_path, HEAD + ticket(1, closed="2026-05-02 09:00")))
    assert loaded(engine, TICKETS, written(tmp_path, HEAD + ticket(1))).updated == 1
    assert stored(engine, "select closed_at from repository.feedback") == [(None,)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ticket(" "), "no key: feedback_id is empty"),
        (ticket(1, ""), "no time: received_at is empty"),
        (ticket(1, "soon"), "received_at 'soon' is not a time; give its format in [formats] received_at"),
        (ticket(1, "1989-12-31 23:00"), "received_at 1989-12-31T16:00:00Z is before 1990"),
        (ticket(1, "2026-11-25 00:00"), "received_at 2026-11-24T17:00:00Z is more than a day ahead"),
        (
            ticket(1, closed="2026-05-01 07:59"),
            "closed_at 2026-05-01T00:59:00Z is before received_at 2026-05-01T01:00:00Z",
        ),
        (ticket(1, rest="x,95,107"), "latitude 95 is not between -90 and 90"),
        (ticket(1, rest="x,16,-181"), "longitude -181 is not between -180 and 180"),
        (ticket(1, rest="x,NaN,107"), "latitude 'NaN' is NaN or infinity written as a number"),
        (ticket(1, rest="x,16,-inf"), "longitude '-inf' is NaN or infinity written as a number"),
        (ticket(1, rest="x,1e999,1"), "latitude '1e999' is not a number"),
        (ticket(1, rest="x,north,1"), "latitude 'north' is not a number"),
        (ticket("k" * 600), "feedback_id 600 letters long: more than 500 is refused"),
    ],
)
def test_a_row_that_can_t_be_right_is_refused_and_others_go_in(
    engine: Engine, tmp_path: Path, row: str, reason: str
) -> None:
    report = loaded(engine, TICKETS, written(tmp_path, HEAD + ticket(7) + row + ticket(8)))
    assert counts(report) == (3, 2, 0, 0, 1)
    (kept,) = rejected(engine)
    assert (kept.reason, kept.row, kept.file, kept.source) == (reason, 2, "file.csv", "test")
    assert kept.content.startswith('{"id":"')
    assert any(f"file.csv row 2 (line 3): {reason}" in line for line in report.lines())


def test_rows_on_the_edge_of_the_rules_are_good(engine: Engine, tmp_path: Path) -> None:
    good = (
        ticket(1, "1990-01-01 07:00", "1990-01-01 07:00"),
        ticket(2, "2026-11-24 19:00"),  # a day ahead of the clock, and no more
        ticket(3, rest="x,90,-180"),
        ticket(4, rest=" , , "),
    )
    assert counts(loaded(engine, TICKETS, written(tmp_path, HEAD + "".join(good)))) == (4, 4, 0, 0, 0)
    assert stored(engine, "select category, latitude from repository.feedback where feedback_id = '4'") == [
        (None, None)
    ]


def test_deadlines_may_lie_far_ahead_and_far_back(engine: Engine, tmp_path: Path) -> None:
    toml = TICKETS.replace('closed_at = "closed"', 'due_at = "closed"')
    path = written(tmp_path, HEAD + ticket(1, closed="2099-01-01") + ticket(2, closed="1985-01-01"))
    assert counts(loaded(engine, toml, path)) == (2, 2, 0, 0, 0)


def test_refused_rows_are_kept_once_for_each_content(engine: Engine, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + ticket(1, "soon") * 3 + ticket(2, "later"))
    for later in (NOW, NOW + DAY):
        assert counts(loaded(engine, TICKETS, path, now=later)) == (4, 0, 0, 0, 4)
    assert {(r.first_at, r.last_at) for r in rejected(engine)} == {(NOW, NOW + DAY)}
    assert len(rejected(engine)) == 2


def test_local_times_are_counted_where_clocks_change(engine: Engine, tmp_path: Path) -> None:
    toml = TICKETS.replace("Asia/Ho_Chi_Minh", "America/New_York")
    path = written(tmp_path, HEAD + ticket(1, "2026-03-08 02:43", "2026-03-08 03:30") + ticket(2, "2025-11-02 01:30"))
    report = loaded(engine, toml, path)
    assert (report.ambiguous, report.missing) == (1, 1)
    found = stored(engine, "select received_at at time zone 'UTC' from repository.feedback order by feedback_id")
    assert [str(t) for (t,) in found] == ["2026-03-08 07:00:00", "2025-11-02 05:30:00"]


def test_coordinates_of_zero_zero_are_missing(engine: Engine, tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + ticket(1, rest="x,0,0.0") + ticket(2, rest="x,0,9"))
    loaded(engine, TICKETS, path)
    found = stored(engine, "select latitude, longitude from repository.feedback order by feedback_id")
    assert found == [(None, None), (0.0, 9.0)]


SQUARE = '{"type":"Polygon","coordinates":[[[107,16],[108,16],[108,17],[107,17],[107,16]]]%s}'


def places(engine: Engine, extra: str = "") -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into repository.place (place_code, geometry) values ('A', %s), ('B', null)", (SQUARE % extra,)
        )


def test_a_row_with_coordinates_and_no_place_gets_the_place_that_holds_it(engine: Engine, tmp_path: Path) -> None:
    places(engine)
    toml = TICKETS.replace("[columns]", '[columns]\nplace_code = "where"')
    head = HEAD.replace("\n", ",where\n")
    rest = ("x,16.5,107.5,", "x,16.5,107.5,B", "x,16.5,107.5,Nowhere", "x,20,107.5,", "x,,,A")
    report = loaded(engine, toml, written(tmp_path, head + "".join(ticket(i, rest=r) for i, r in enumerate(rest))))
    found = stored(engine, "select place_code from repository.feedback order by feedback_id")
    assert found == [("A",), ("B",), ("Nowhere",), (None,), ("A",)]
    assert report.unlocated == 2


def test_schematic_geometry_locates_nothing_and_a_known_place_is_not_forgotten(engine: Engine, tmp_path: Path) -> None:
    places(engine, ',"schematic":true')
    path = written(tmp_path, HEAD + ticket(1, rest="x,16.5,107.5"))
    assert loaded(engine, TICKETS, path).unlocated == 1
    with engine.begin() as connection:
        connection.exec_driver_sql("update repository.feedback set place_code = 'A'")
    assert counts(loaded(engine, TICKETS, path)) == (1, 0, 0, 1, 0)
    assert stored(engine, "select place_code from repository.feedback") == [("A",)]


def test_a_word_outside_a_closed_vocabulary_refuses_its_row(engine: Engine, tmp_path: Path) -> None:
    toml = TICKETS.replace('category = "what"', 'status = "what"') + '[values.status]\n"Open" = "received"\n'
    words = ("Open", "closed", "Whatever", "")
    path = written(tmp_path, HEAD + "".join(ticket(i, rest=f"{w},,") for i, w in enumerate(words)))
    assert counts(loaded(engine, toml, path)) == (4, 3, 0, 0, 1)
    assert reasons(engine) == {"status 'Whatever' is neither ours nor in [values.status]"}
    found = stored(engine, "select status from repository.feedback order by feedback_id")
    assert found == [("received",), ("closed",), (None,)]


def test_an_open_vocabulary_lets_other_words_pass(engine: Engine, tmp_path: Path) -> None:
    toml = TICKETS + '[values.category]\n"street *" = "roads"\nlight = "lamps"\n'
    path = written(tmp_path, HEAD + ticket(1) + ticket(2, rest="street hole,,") + ticket(3, rest="tree,,"))
    loaded(engine, toml, path)
    found = stored(engine, "select category from repository.feedback order by feedback_id")
    assert found == [("lamps",), ("roads",), ("tree",)]


def test_citizens_words_are_data_whatever_they_look_like(engine: Engine, tmp_path: Path) -> None:
    toml = TICKETS.replace('category = "what"', 'summary = "what"\ncategory = "what"')
    nasty = [
        "'; drop table repository.feedback; --",
        "<b onmouseover=alert(1)>",
        "=cmd()",
        "\\N",
        "a\0b",
        "\x1b[2J",
        "Huê\u0301",
    ]
    path = written(tmp_path, HEAD + "".join(ticket(i, rest=f'"{w}",,') for i, w in enumerate(nasty)))
    assert loaded(engine, toml, path).written == len(nasty)
    found = [w for (w,) in stored(engine, "select summary from repository.feedback order by feedback_id")]
    assert found == [*nasty[:4], "a\ufffdb", nasty[5], "Hu\u1ebf"]


def test_whose_rows_they_are(engine: Engine, tmp_path: Path) -> None:
    path = written(
        tmp_path, HEAD.replace("id", "id,who", 1) + "1,,2026-05-01 08:00,,x,,\n2,them,2026-05-01 08:00,,x,,\n"
    )
    mapped = TICKETS.replace("[columns]", '[columns]\nsource = "who"')

    def sources() -> list[str]:
        return [s for (s,) in stored(engine, "select source from repository.feedback order by feedback_id, source")]

    loaded(engine, mapped, path)
    assert sources() == ["test", "them"]
    loaded(engine, mapped + '[defaults]\nsource = "city"', path)
    assert sources() == ["city", "test", "them"]
    loaded(engine, mapped, path, source="said")
    assert sources() == ["city", "said", "test", "said", "them"]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "no value: value is empty"),
        ("-999", "pm10 -999 is not between -50 and 50000"),
        ("nan", "value 'nan' is NaN or infinity written as a number"),
        ("1,5", "value '1,5' is not a number"),
    ],
)
def test_a_reading_without_a_possible_value_is_refused(engine: Engine, tmp_path: Path, value: str, reason: str) -> None:
    path = written(
        tmp_path, f'sensor,metric,at,value\ns,pm10,2026-05-01T00:00Z,"{value}"\ns,odd,2026-05-01T00:00Z,-999\n'
    )
    assert counts(loaded(engine, READINGS, path)) == (2, 1, 0, 0, 1)
    assert reasons(engine) == {reason}


def test_months_of_observations_get_partitions_of_their_own(engine: Engine, tmp_path: Path) -> None:
    times = ("1999-12-31T23:59:59Z", "2000-01-01T00:00:00Z", "2026-05-01T00:00:00+07:00")
    path = written(tmp_path, "sensor,metric,at,value\n" + "".join(f"s,pm10,{t},1\n" for t in times))
    assert loaded(engine, READINGS, path).written == 3
    found = stored(engine, "select tableoid::regclass::text from repository.observation order by observed_at")
    assert [p.rpartition("_observation")[0] or p for (p,) in found] == [
        f"repository.observation_{m}" for m in ("1999_12", "2000_01", "2026_04")
    ]
