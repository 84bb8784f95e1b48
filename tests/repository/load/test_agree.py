"""Mappings: every fault is one line that names the file and the key."""

from pathlib import Path

import pytest

from repository.load.agree import read_mapping
from repository.load.errors import LoadError
from tests.repository.load.makers import MAPPINGS, READINGS, TICKETS

CONTRACT = """
kind = "feedback"                 # must match the command's KIND
timezone = "America/New_York"
[columns]
feedback_id = "unique_key"
received_at = "created_date"
closed_at   = "closed_date"
category    = "complaint_type"
latitude    = "latitude"
longitude   = "longitude"
place_code  = "community_board"
[values.status]
"Closed" = "closed"
"Open"   = "received"
[formats]
received_at = "%m/%d/%Y %I:%M:%S %p"
[defaults]
channel = "311"
"""


def faults(folder: Path, toml: str, kind: str | None = None) -> list[str]:
    path = folder / "map.toml"
    path.write_text(toml)
    try:
        read_mapping(path, kind)
    except LoadError as e:
        lines = str(e).splitlines()
        assert all(line.startswith(f"mapping {path}: ") for line in lines)
        return [line.removeprefix(f"mapping {path}: ") for line in lines]
    return []


def test_the_contract_s_own_mapping_is_right(tmp_path: Path) -> None:
    assert faults(tmp_path, CONTRACT, "feedback") == []


def test_the_mappings_of_real_files_are_right() -> None:
    found = sorted(MAPPINGS.glob("*.toml"))
    assert len(found) > 10
    for path in found:
        read_mapping(path)


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('kind = "feedbak"', "kind: there is no kind 'feedbak'; it is one of places, sensors"),
        (TICKETS.replace("Asia/Ho_Chi_Minh", "Asia/Hue"), "timezone: there is no time zone 'Asia/Hue'"),
        (TICKETS.replace("category", "categry"), "[columns] feedback have no column 'categry'; near: 'category'"),
        (TICKETS.replace("[columns]", "[colums]"), "there is no key 'colums'; near: 'columns'"),
        (TICKETS + '[file]\ndelimeter = ";"', "there is no key 'file.delimeter'"),
        (TICKETS + '[file]\ndelimiter = ";;"', "file.delimiter: ';;' can't be a delimiter"),
        (TICKETS + '[file]\nencoding = "utf-9"', "file.encoding: there is no encoding 'utf-9'"),
        (TICKETS.replace('feedback_id = "id"\n', ""), "nothing gives feedback_id, which every row needs"),
        (TICKETS + '[values.status]\nOpen = "opened"', "'opened' is no status of feedback; they are received,"),
        (TICKETS + '[defaults]\nstatus = "opened"', "'opened' is no status of feedback"),
        (TICKETS + '[formats]\nreceived_at = "DD/MM/YYYY"', "[formats] received_at: 'DD/MM/YYYY' is no strptime"),
        (TICKETS + '[formats]\ncategory = "%Y"', "[formats] category is not a time"),
        (TICKETS + '[combine]\nreceived_at = ["a", "b"]', "received_at is given twice, in [columns] and in [combine]"),
        (TICKETS + '[combine]\nsummary = "no column"', "combine.summary"),
        (READINGS + '[units]\nvalue = "furlong"', "[units] value: unknown unit 'furlong'; give a factor"),
        (READINGS + '[units]\nft = "°C"', "[units] ft: 'ft' does not become '°C'"),
        (READINGS + '[metrics]\nx = "pm10"', "the value is given twice"),
        (TICKETS + '[metrics]\nx = "pm10"', "[metrics] is for observations"),
        (TICKETS + '[sequence]\nclosed_at = {start = "soon", every = "5 min"}', "start 'soon' is not a time"),
        ("kind = ", "Invalid value"),
    ],
)
def test_a_fault_is_told_in_words(tmp_path: Path, toml: str, says: str) -> None:
    assert any(says in line for line in faults(tmp_path, toml)), faults(tmp_path, toml)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    assert len(faults(tmp_path, TICKETS + '[values.status]\nOpen = "x"\n[formats]\nwhen = "%Y"')) >= 3


def test_the_mapping_s_kind_must_be_the_command_s(tmp_path: Path) -> None:
    assert faults(tmp_path, CONTRACT, "cases") == ["kind is 'feedback', but the command loads 'cases'"]


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"none\.toml: No such file"):
        read_mapping(tmp_path / "none.toml")


def test_an_event_s_domain_is_one_of_the_contract_s(tmp_path: Path) -> None:
    events = 'kind = "events"\n[columns]\nevent_id = "id"\nopened_at = "at"\n[defaults]\ndomain = "public-order"'
    (said,) = faults(tmp_path, events)
    assert said.startswith("there is no domain 'public-order'; near: 'public_order'")
