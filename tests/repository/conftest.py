import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that any user may enter, as the embedded server's has to be."""
    with tempfile.TemporaryDirectory(prefix="ioc-test-") as name:
        Path(name).chmod(0o711)
        yield Path(name)
