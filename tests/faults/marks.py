"""What `make test` leaves out."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

F = TypeVar("F", bound=Callable[..., Any])


def soak(test: F) -> F:
    """Takes long: with `make soak`, or any -m that names it."""
    skipped = pytest.mark.skipif("'soak' not in config.option.markexpr", reason="takes long: with make soak")
    return pytest.mark.soak(skipped(test))  # type: ignore[no-any-return]
