"""Two trees are measured in turn by their own benchmarks; one that lacks a measurement is told of, not invented."""

from pathlib import Path

import pytest

from bench.__main__ import ROOT
from bench.compare import compared, git, ratio, table, tree_of

BENCH = """
import json, sys
from pathlib import Path
assert sys.argv[1] in {names}, "no such measurement"
Path("results").mkdir(exist_ok=True)
with Path({order!r}).open("a") as order: print({label!r}, sys.argv[1], file=order)
figures = [dict(name=sys.argv[1], unit="ms", ours=[{value}, {value}])]
Path("results/bench.json").write_text(json.dumps(dict(figures=figures)))
"""


def tree(folder: Path, label: str, value: float, names: tuple[str, ...]) -> Path:
    (folder / label / "bench").mkdir(parents=True)
    (folder / label / "bench" / "__init__.py").touch()
    text = BENCH.format(names=names, order=str(folder / "order"), label=label, value=value)
    (folder / label / "bench" / "__main__.py").write_text(text)
    return folder / label


def test_both_are_measured_in_turn_and_set_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trees = {"base": tree(tmp_path, "base", 10, ("poll",)), "ours": tree(tmp_path, "ours", 5, ("poll", "new"))}
    found = compared(trees, ["poll", "new"], rounds=2)
    assert found["base"] == {("poll", "ms"): [10, 10, 10, 10]}
    assert found["ours"][("poll", "ms")] == [5, 5, 5, 5] and len(found["ours"][("new", "ms")]) == 4
    assert (tmp_path / "order").read_text().split("\n")[:4] == ["base poll", "ours poll", "ours poll", "base poll"]
    assert "base: new could not be measured" in capsys.readouterr().out
    shown = table(found["base"], found["ours"], "abc")
    assert [list(c.cells) for c in shown.columns][4] == ["0.5", "–"]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no git repository here")
def test_a_tree_of_another_commit_stands_beside_and_goes(tmp_path: Path) -> None:
    with tree_of("HEAD") as folder:
        assert (folder / "bench" / "compare.py").exists() or (folder / "bench" / "__main__.py").exists()
        assert str(folder) in git("worktree", "list")
    assert str(folder) not in git("worktree", "list")


def test_a_difference_that_the_spread_explains_is_said_to_be_one() -> None:
    wide, wider = [8.0, 10.0, 11.0, 12.0, 20.0], [9.0, 10.0, 15.0, 17.0, 21.0]
    assert ratio(wide, wider) == "1.36, within the spread"
    assert ratio([10.0, 10.1, 10.2], [15.0, 15.1, 15.2]) == "1.5"
    assert (ratio([10.0], [11.0]), ratio([], [1.0]), ratio([0.0], [1.0])) == ("1.1", "–", "–")
