"""Each fault's test has to fail when its defence is out (tests/faults/defences.py), or it proves nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.defences import OUT, WITHOUT

ROOT = Path(__file__).parents[2]
BOUND_S = 400

pytestmark = [
    pytest.mark.teeth,
    pytest.mark.skipif("'teeth' not in config.option.markexpr", reason="minutes: with make teeth"),
]


@pytest.mark.parametrize("fault", list(OUT))
def test_a_fault_is_not_survived_without_its_defence(fault: str) -> None:
    name = f"test_{fault.lower()}_"
    files = [str(f) for f in sorted(Path(__file__).parent.glob("test_*.py")) if f"def {name}" in f.read_text()]
    assert files, f"{fault} has a defence to take out and no test"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--tb=line",
            "-rfEsp",
            "-m",
            "soak or not soak",
            "-k",
            name,
            *files,
        ],
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
