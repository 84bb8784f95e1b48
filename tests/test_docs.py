"""The documentation names everything there is."""

import re
from pathlib import Path

import pytest

from app import discover
from city.indicators import registry
from commands.settings import NAMES
from dashboards.kit.discover import discover as pages
from docs.catalogue import catalogue, row

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
WRITTEN = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def text(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_setting_has_its_row(name: str) -> None:
    assert re.search(rf"^\| `{name}` \| [^|]+ \| [^|]+ \|$", text("settings.md"), re.M)


def test_no_setting_is_documented_that_does_not_exist() -> None:
    known = {*NAMES, *(f"{n}_FILE" for n in NAMES), "IOC_SHARED_DATA"}
    named = {n for p in WRITTEN for n in re.findall(r"\bIOC_[A-Z_]*[A-Z]", p.read_text("utf-8"))}
    assert named and {n for n in named if not n.startswith("IOC_SECRET_")} <= known  # those a city file names


@pytest.mark.parametrize("name", sorted(discover()))
def test_every_command_has_its_heading(name: str) -> None:
    assert f"\n### ioc {name}\n" in text("operations.md")


def test_no_command_is_documented_that_does_not_exist() -> None:
    assert set(re.findall(r"^### ioc (\S+)$", text("operations.md"), re.M)) <= set(discover())


@pytest.mark.parametrize("code", sorted(registry()))
def test_every_indicator_has_its_row_as_the_registry_says_it(code: str) -> None:
    assert row(registry()[code]) in text("indicators.md").splitlines(), "run `make docs`"


def test_the_catalogue_of_indicators_is_the_registrys() -> None:
    assert len(registry()) > 20
    assert text("indicators.md") == catalogue(), "run `make docs`"


def test_every_metric_is_explained() -> None:
    source = "".join((ROOT / "dashboards" / "kit" / name).read_text("utf-8") for name in ("metrics.py", "meters.py"))
    names = set(re.findall(r'"(ioc_\w+)"', source))
    assert len(names) > 20
    assert [n for n in sorted(names) if not re.search(rf"`{n}(_total|_info)?`", text("operations.md"))] == []


def test_every_page_is_named() -> None:
    assert pages()
    for page in pages().values():
        assert f"`{page.route}`".replace("{", "<").replace("}", ">") in text("operations.md"), page.route


@pytest.mark.parametrize("path", WRITTEN, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text("utf-8")):
        assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_decision_has_its_number_and_its_title() -> None:
    files = sorted(DOCS.glob("adr/0*.md"))
    assert len(files) >= 5
    for number, file in enumerate(files, 1):
        assert file.read_text("utf-8").startswith(f"# {number}. "), file.name
