"""Each fault's test has to fail when its defence is out (tests/faults/defences.py), or it proves nothing."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.defences import OUT, TESTS, WITHOUT

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "results" / "teeth.json"
"""What each test said when its fault's defence was out."""
BOUND_S = 400

pytestmark = [
    pytest.mark.teeth,
]


def chosen(fault: str) -> tuple[str, list[str]]:
    """Of `F33 SIGKILL`: the expression that chooses its tests, and the files they are in."""
    first, *rest = TESTS.get(fault, fault).lower().split()
    files = [f for f in sorted(Path(__file__).parent.glob("test_*.py")) if f"def test_{first}_" in f.read_text()]
    assert files, f"{fault} has a defence to take out and no test"
    return " and ".join([f"test_{first}_", *rest]), [str(f.relative_to(ROOT)) for f in files]


@pytest.mark.parametrize("fault", list(OUT))
def test_a_fault_is_not_survived_without_its_defence(fault: str) -> None:
    expression, files = chosen(fault)
    words = ["-q", "--tb=short", "-rfEsp", "-p", "no:cacheprovider", "-m", "soak or not soak", "-k", expression]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, *files],
        cwd=ROOT,
        env={**os.environ, WITHOUT: fault},
        capture_output=True,
        text=True,
        timeout=BOUND_S,
    )
    lines = done.stdout.splitlines()
    failed, broken, skipped = ([x for x in lines if x.startswith(word)] for word in ("FAILED", "ERROR", "SKIPPED"))
    passed = [x for x in lines if x.startswith("PASSED")]
    if skipped and not failed:
        pytest.skip(skipped[0])
    assert done.returncode == 1 and failed and not broken and not passed, done.stdout[-2000:]
    keep(fault, len(failed), [re.sub(r"^E +", "", x)[:200] for x in lines if re.match(r"E +\w*(Error|Exc|Fail)", x)])


def keep(fault: str, tests: int, said: list[str]) -> None:
    known = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(dict(sorted({**known, fault: {"failed": tests, "said": said}}.items())), indent=1))
