"""What a person reads when a command fails."""

from pathlib import Path

import psycopg
import pytest
import sqlalchemy.exc
from pydantic import BaseModel, ValidationError

from city.config import CityFileError
from commands.mistakes import explain


def test_an_error_of_ours_is_its_own_message_a_line_a_fault() -> None:
    assert explain(CityFileError("first\nsecond")) == ["first", "second"]


def test_a_database_that_is_away_is_one_line_that_says_where_to_look() -> None:
    cause = psycopg.OperationalError("connection to server at h failed: Connection refused\n\tIs the server running?")
    (line,) = explain(sqlalchemy.exc.OperationalError("SELECT 1", {}, cause)) or []
    assert "Connection refused" in line and "ioc doctor" in line and "SELECT" not in line


def test_a_repository_without_tables_asks_for_migrate() -> None:
    cause = psycopg.errors.UndefinedTable('relation "repository.place" does not exist')
    (line,) = explain(sqlalchemy.exc.ProgrammingError("SELECT 1", {}, cause)) or []
    assert "ioc migrate" in line


def test_a_file_that_is_missing_is_named() -> None:
    with pytest.raises(FileNotFoundError) as e:
        Path("/nonexistent/tickets.csv").read_text("utf-8")
    assert explain(e.value) == ["/nonexistent/tickets.csv: No such file or directory"]


def test_data_that_does_not_fit_is_a_line_a_field() -> None:
    class Row(BaseModel):
        port: int
        name: str

    with pytest.raises(ValidationError) as e:
        Row.model_validate({"port": "x"})
    assert [x.split(":")[0] for x in explain(e.value) or []] == ["port", "name"]


def test_a_fault_of_the_program_is_not_blamed_on_the_user() -> None:
    assert explain(KeyError("x")) is None
    assert explain(ZeroDivisionError()) is None
