"""What a newcomer and an operator start with says what it does, and keeps to the locks."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONTRACT = {"install", "run", "test", "bench", "check"}


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_make_has_every_target_of_the_contract_with_a_comment() -> None:
    assert set(re.findall(r"^([a-z-]+):.*## \S", text("Makefile"), re.M)) >= CONTRACT


@pytest.mark.parametrize("script", ["deploy/install", ".ci/run"])
def test_a_script_can_be_run_and_is_plain_shell(script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111
    assert text(script).startswith("#!/bin/sh\n")
    subprocess.run(["/bin/sh", "-n", ROOT / script], check=True)


def test_ci_runs_check_and_then_test() -> None:
    assert re.findall(r"^make (\w+)$", text(".ci/run"), re.M) == ["check", "test"]


@pytest.mark.parametrize("file", ["deploy/install", "Dockerfile"])
def test_what_is_installed_comes_from_a_hashed_lock_and_then_from_nowhere(file: str) -> None:
    installs = re.findall(r"^\s*(?:RUN .*|&& .*)?pip install ([^&\n]*)", text(file).replace("\\\n", " "), re.M)
    assert len(installs) == 2
    assert "--require-hashes -r" in installs[0]
    assert {"--no-index", "--no-deps", "--no-build-isolation"} <= set(installs[1].split())


def test_an_environment_made_elsewhere_is_made_again(tmp_path: Path) -> None:
    """Stand-ins for Python and pip: what counts is when the script calls them."""
    for name in ("pyproject.toml", "requirements.lock"):
        (tmp_path / name).write_text("x")
    python = tmp_path / "python"
    python.write_text(
        '#!/bin/sh\necho "$*" >>"$CALLS"\ncase "$*" in "-m venv --clear .venv")'
        ' rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python;; *"import sys"*) echo one;; esac\n'
    )
    python.chmod(0o755)

    def calls(folder: Path) -> list[str]:
        log = tmp_path.parent / f"{tmp_path.name}-calls"
        log.write_text("")
        environment = {"PYTHON": str(python), "CALLS": str(log), "PATH": "/usr/bin:/bin"}
        subprocess.run([ROOT / "deploy/install", "requirements.lock"], cwd=folder, env=environment, check=True)
        return [c for c in log.read_text().splitlines() if "venv" in c or "pip install" in c]

    first = calls(tmp_path)
    assert [c.split()[1] for c in first] == ["venv", "pip", "pip"]
    assert calls(tmp_path) == []
    (tmp_path / "requirements.lock").write_text("y")
    assert [c.split()[1] for c in calls(tmp_path)] == ["pip", "pip"]
    moved = tmp_path.with_name(tmp_path.name + " moved")
    shutil.copytree(tmp_path, moved)
    assert [c.split()[1] for c in calls(moved)] == ["venv", "pip", "pip"]


def test_the_image_runs_as_nobody_in_particular_and_is_asked_for_its_health() -> None:
    last = text("Dockerfile").rsplit("\nFROM ", 1)[1]
    assert int(re.findall(r"^USER (\d+)$", last, re.M)[-1]) > 1000
    assert "HEALTHCHECK" in last and "/healthz" in last
    assert not re.search(r"^FROM [^\s:]+(:latest)?( AS \w+)?$|^ADD |curl .*\| *sh", text("Dockerfile"), re.M)
    assert 'ENTRYPOINT ["ioc"]' in last


def test_the_image_takes_no_secrets_and_no_database_along() -> None:
    assert {"var", "secrets", "ioc.toml", ".git", ".venv"} <= set(text(".dockerignore").split())


def test_the_composition_has_a_collector_and_two_replicas_behind_a_proxy() -> None:
    compose = text("compose.yaml")
    services = compose.split("\nservices:\n")[1].split("\nnetworks:\n")[0]
    assert set(re.findall(r"^  ([\w-]+):$", services, re.M)) == {"database", "poll", "web-1", "web-2", "proxy"}
    assert "REPLICAS: web-1:8050 web-2:8050" in services and "{$REPLICAS" in text("deploy/Caddyfile")
    assert not re.search(r"(PASSWORD|_URL): \S*\w+:\w+@|POSTGRES_PASSWORD:", compose), "a secret in plain sight"
