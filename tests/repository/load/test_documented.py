"""docs/loading.md names every part of a mapping, every option of a file and every kind."""

import re
import tomllib
from pathlib import Path

import pytest

from city.kinds import KINDS
from repository.load.mapping import Mapping
from repository.load.options import FileOptions
from repository.tables import COLUMNS, TABLES

PAGE = (Path(__file__).parents[3] / "docs" / "loading.md").read_text("utf-8")


@pytest.mark.parametrize("part", [f for f in Mapping.model_fields if f != "name"])
def test_every_part_of_a_mapping_is_named(part: str) -> None:
    assert re.search(rf"`\[?{part}(\.X)?\]?`", PAGE)


@pytest.mark.parametrize("option", list(FileOptions.model_fields))
def test_every_option_of_a_file_is_named(option: str) -> None:
    assert f"`{option}`" in PAGE.partition("## `[file]`")[2].partition("\n## ")[0]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda k: k.name)
def test_every_kind_has_the_columns_of_its_table(kind: object) -> None:
    found = KINDS[kind.name]  # type: ignore[attr-defined]
    assert set(found.columns) == {*(c.name for c in TABLES[found.table].primary_key), *COLUMNS[found.table]}
    assert f"| `{found.name}` |" in PAGE
    assert all(f"`{word}`" in PAGE for word in found.statuses)


def test_the_examples_are_toml() -> None:
    examples = re.findall(r"```toml\n(.*?)```", PAGE, re.S)
    assert len(examples) >= 4
    for example in examples:
        tomllib.loads(example)
