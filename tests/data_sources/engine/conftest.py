from collections.abc import Iterator

import pytest

from tests.data_sources.engine.stub import Stub, serving


@pytest.fixture(scope="session")
def _stub() -> Iterator[Stub]:
    with serving() as stub:
        yield stub


@pytest.fixture
def stub(_stub: Stub) -> Stub:
    """The server of many behaviours; what it remembers is this test's own."""
    _stub.asked.clear()
    _stub.seen.clear()
    _stub.bodies.clear()
    _stub.sent = 0
    return _stub
