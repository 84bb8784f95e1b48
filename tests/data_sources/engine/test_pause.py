import gc
import threading

import pytest

from data_sources.engine import pause
from data_sources.engine.pause import Pause


def test_the_search_for_garbage_waits_for_the_last_one_and_goes_on() -> None:
    one, seen = Pause(), []
    assert gc.isenabled()
    with one.on():
        with one.on():
            seen.append(gc.isenabled())
        seen.append(gc.isenabled())
    assert seen == [False, False]
    assert gc.isenabled()


def test_it_goes_on_after_a_fault() -> None:
    with pytest.raises(ValueError, match="x"), Pause().on():
        raise ValueError("x")
    assert gc.isenabled()


def test_who_never_stops_reading_does_not_stop_it_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pause, "LONGEST", -1)
    one = Pause()
    with one.on():
        thread = threading.Thread(target=lambda: one._enter() or one._leave())
        thread.start()
        thread.join()
        assert gc.isenabled()
    assert gc.isenabled()


def test_who_has_switched_it_off_is_left_alone() -> None:
    gc.disable()
    try:
        with Pause().on():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
