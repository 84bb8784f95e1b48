"""The official samples of the standards, which lie beside the project and not in it."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SHARED = Path(os.environ.get("IOC_SHARED_DATA", ROOT.parent / "shared" / "data")) / "standards"
FOLDERS = {
    **{"ngsi_ld": "ngsi_ld", "sensorthings": "sensorthings", "open311": "open311", "gtfs_realtime": "gtfs_rt"},
    **{"datex2": "datex2", "cap": "cap", "senml": "senml"},
}
NOT_ANSWERS = ("schema.json", ".jsonschema", ".csv", ".md", ".proto", ".asciipb", "context")


def samples(standard: str) -> list[Path]:
    """Files that a server of the standard could have answered with."""
    every = sorted(p for p in (SHARED / FOLDERS[standard]).rglob("*") if p.is_file())
    return [p for p in every if not any(n in p.name for n in NOT_ANSWERS)]


def sample(path: Path | None) -> Path:
    if path is None or not path.exists():
        pytest.skip(f"the official samples are not at {SHARED}")
    return path
