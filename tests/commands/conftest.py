"""A small city, and the program run as a person runs it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app import run

TOWN = """
code = "town"
timezone = "America/New_York"
places = "places.csv"
name = {en = "Town"}
[map]
center = [0.5, 0.5]
"""


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A city file of two places."""
    (tmp_path / "town.toml").write_text(TOWN)
    (tmp_path / "places.csv").write_text("place_code,name,population\na,Alpha,10\n-b,Beta,20\n")
    return tmp_path / "town.toml"


@pytest.fixture
def ioc(
    town: Path, repository_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run a command on the small city, in this test's own repository: exit code, output, errors."""
    monkeypatch.setenv("IOC_CITY", str(town))
    monkeypatch.setenv("IOC_REPOSITORY_URL", repository_url)
    monkeypatch.chdir(town.parent)

    def command(*words: str) -> tuple[int, str, str]:
        code = run(words)
        caught = capsys.readouterr()
        return code, caught.out, caught.err

    return command
