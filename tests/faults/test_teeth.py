"""Each fault's test has to fail when its defence is out (tests/faults/defences.py), or it proves nothing."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.defences import OUT, SHORT, TESTS, WITHOUT

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "results" / "teeth.json"
"""What each test said when its fault's defence was out."""
BOUND_S = 600

pytestmark = [
    pytest.mark.teeth,
]


def chosen(fault: str) -> tuple[str, list[str]]:
    """Of `F33 SIGKILL`: the expression that chooses its tests, and the files they are in."""
    first, *rest = TESTS.get(fault, fault).lower().split()
    files = [f for f in sorted(Path(__file__).parent.glob("test_*.py")) if f"def test_{first}_" in f.read_text()]
    assert files, f"{fault} has a defence to take out and no test"
    return " and ".join([f"test_{first}_", *rest]), [str(f.relative_to(ROOT)) for f in files]


def ended(command: list[str], more: dict[str, str]) -> tuple[int, str]:
    """How a run of tests ended, and what it said. One that takes too long is told to end, so that it leaves nothing."""
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **more}, stdout=subprocess.PIPE, text=True) as process:
        try:
            said, _ = process.communicate(timeout=BOUND_S)
        except subprocess.TimeoutExpired:
            process.terminate()
            pytest.fail(f"not ended within {BOUND_S} s: {process.communicate(timeout=60)[0][-2000:]}")
        return process.returncode, said


@pytest.mark.parametrize("fault", list(OUT))
def test_a_fault_is_not_survived_without_its_defence(fault: str) -> None:
    expression, files = chosen(fault)
    flags = ["-q", "--tb=short", "-rfEsp", "-p", "no:cacheprovider", "-m", "soak or not soak", "-k", expression]
    code, said = ended([sys.executable, "-m", "pytest", *flags, *files], {WITHOUT: fault, **SHORT.get(fault, {})})
    lines = said.splitlines()
    words = ("FAILED tests/", "ERROR tests/", "SKIPPED [", "PASSED tests/")  # a log of the test's own says ERROR, too
    failed, broken, skipped, passed = ([x for x in lines if x.startswith(word)] for word in words)
    if skipped and not failed:
        pytest.skip(skipped[0])
    assert code == 1 and failed and not broken and not passed, said[-2000:]
    told = (m[1][:200] for x in lines if (m := re.match(r"E +((assert |[\w.]*(Error|Exc|Fail)).*)", x)))
    keep(fault, len(failed), list(told))


def keep(fault: str, tests: int, said: list[str]) -> None:
    known = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(dict(sorted({**known, fault: {"failed": tests, "said": said}}.items())), indent=1))
