"""How to take each defence out: a test of a fault that passes without it would be no test.

`WITHOUT=F05 pytest -k f05 tests/faults` runs one so; `make teeth` runs them all, and each has to fail.
"""

import os
from collections.abc import Callable

import pytest

from tests.faults import defences_of_work as of_work

Out = Callable[[pytest.MonkeyPatch], None]
WITHOUT = "WITHOUT"


def without() -> str:
    """Which fault's defence is out in this run; empty as a rule."""
    return os.environ.get(WITHOUT, "")


def take_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Raises KeyError for a fault that has no entry here."""
    if without():
        OUT[without()](monkeypatch)


def _loss_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from repository.watch import Watcher

    monkeypatch.setattr(Watcher, "_lose", lambda self, since, reason: setattr(self, "_look", None))


def _no_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    from repository.deadline import Worker

    call = Worker.call
    monkeypatch.setattr(Worker, "call", lambda self, function, deadline: call(self, function, 3600))


def _no_ping(monkeypatch: pytest.MonkeyPatch) -> None:
    from repository import connect

    create = connect.create_engine
    plain = {"pool_pre_ping": False}
    monkeypatch.setattr(connect, "create_engine", lambda url, **words: create(url, **{**words, **plain}))


def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    from commands import _open

    class NeverError(Exception):
        pass

    monkeypatch.setattr(_open, "AwayError", NeverError)


def _nobody_asks_for_room(monkeypatch: pytest.MonkeyPatch) -> None:
    from repository.keeping import Keeper

    monkeypatch.setattr(Keeper, "_tell", lambda self, full, reason="": None)


def _no_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    from repository.leader import Leadership

    monkeypatch.setattr(Leadership, "held", lambda self: True)


def _no_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that find no schema both make it."""
    from repository import migrate

    text = migrate.text
    monkeypatch.setattr(
        migrate, "text", lambda s: text(s.replace("pg_advisory_xact_lock(:key)", "pg_sleep(:key / 1e7)"))
    )


def _never_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    from city import automation
    from repository import leader

    monkeypatch.setattr(automation, "stopped_since", lambda scene: automation.NEVER)
    monkeypatch.setattr(leader, "SILENCE", 3600)
    import dashboards.kit.meta

    monkeypatch.setattr(dashboards.kit.meta, "stopped_since", lambda scene: automation.NEVER)


def _plan_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from commands._jump import Jumps

    monkeypatch.setattr(Jumps, "happened", lambda self: False)


def _gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A collector that lost the database once does not come back to it."""
    from repository.leader import Leadership

    held = Leadership.held
    tried: list[bool] = []

    def once(self: Leadership) -> bool:
        if False in tried[-1:] and True in tried:
            return False
        tried.append(held(self))
        return tried[-1]

    monkeypatch.setattr(Leadership, "held", once)


def _one_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks take their connection from where everybody else does."""
    from repository.watch import Watcher
    from tests.faults import rig

    made = {}
    connect = rig.connect

    def shared(url: str, **words: object) -> object:
        return made.setdefault(url, connect(url, **words))

    def _open(self: Watcher) -> object:
        self._engine = made[self._url]
        return self._engine

    monkeypatch.setattr(rig, "connect", shared)
    monkeypatch.setattr(Watcher, "_open", _open)
    monkeypatch.setattr(Watcher, "_drop", lambda self: None)


def _connections_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    from repository import session

    kept: list[object] = []
    monkeypatch.setattr(session, "_give_back", lambda raw, connection: kept.append(raw))


def _no_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only nudges, and none for what was missed."""
    from repository.listen import Listener
    from repository.watch import Watcher

    init, listen = Watcher.__init__, Listener._listen

    def rare(self: Watcher, url: str, clock: object, every: float, *more: object, **words: object) -> None:
        init(self, url, clock, 3600.0, *more, **words)  # type: ignore[arg-type]

    def deaf(self: Listener) -> None:
        nudge, self._nudge = self._nudge, lambda: None
        try:
            listen(self)
        finally:
            self._nudge, self._listening = nudge, False

    _no_silence(monkeypatch)  # or the page would say, rightly, that no picture comes
    monkeypatch.setattr(Watcher, "__init__", rare)
    monkeypatch.setattr(Listener, "_listen", deaf)


def _script(*changes: tuple[str, str]) -> Out:
    """The browser gets our scripts with some words changed."""

    def change(monkeypatch: pytest.MonkeyPatch) -> None:
        from dashboards.kit import static

        made = static.ours

        def changed(data_dir: object) -> dict[str, static.Body]:
            found = made(data_dir)  # type: ignore[arg-type]
            left = set(changes)
            for name, body in found.items():
                for old, new in changes:
                    if name.endswith(".js") and old.encode() in body.content:
                        body = static.Body(body.content.replace(old.encode(), new.encode()), body.type)
                        left.discard((old, new))
                found[name] = body
            assert not left, f"no script says {left}"
            return found

        monkeypatch.setattr(static, "ours", changed)

    return change


def _no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from dashboards.kit.hub import Hub

    monkeypatch.setattr(Hub, "patience", property(lambda self: timedelta(hours=1)))


def _nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test itself takes it out: it asks `without()`."""


_no_clocks = _script(("DRIFT_MS = 30000", "DRIFT_MS = 1e12"), ("if (meta.clocks)", "if (false)"))
TESTS = dict.fromkeys(("F15", "F16", "F18", "F20", "F21", "F22"), "F14")
"""One application has all the feeds' faults: its test is named after the first."""
SHORT = {"F41": {"SOAK_PAGES": "/wall", "SOAK_TURNED": "/ /environment", "SOAK_MINUTES": "3", "SOAK_EVERY": "10"}}
"""What shortens a test that takes hours, and leaves enough of it to judge."""
OUT: dict[str, Out] = {
    "F01": _loss_is_not_told,
    "F02": _nothing,
    "F03": _no_ping,
    "F04": _no_waiting,
    "F05": _no_deadline,
    "F06 cut": _no_deadline,
    "F06 cable": of_work.nobody_gives_up,
    "F07": _one_pool,
    "F08": _connections_are_kept,
    "F09": _nobody_asks_for_room,
    "F10": _nothing,
    "F11": _nothing,
    "F12": _no_schedule,
    "F13": _nothing,
    "F23": _no_lock,
    "F24": _no_turns,
    "F25": _never_stops,
    "F26": of_work.no_grace,
    "F27": of_work.no_looking_back,
    "F28": _gives_up,
    "F14": of_work.causes_are_not_told,
    "F15": of_work.no_end_of_a_request,
    "F16": of_work.any_age_is_fresh,
    "F17": of_work.fresh_as_its_feed,
    "F18": of_work.nothing_is_refused,
    "F19": of_work.as_it_came,
    "F20": of_work.any_time_to_come,
    "F21": of_work.any_number_of_rows,
    "F22": of_work.any_size,
    "F33 SIGSTOP": of_work.no_deadline_of_a_report,
    "F33 SIGKILL": of_work.no_second_try,
    "F34": of_work.no_proof,
    "F35 wrong": _no_clocks,
    "F35 databases": _no_clocks,
    "F35 jumps": _plan_once,
    "F37": of_work.all_at_once,
    "F38": of_work.nobody_is_asked_whether_he_is_there,
    "overload": _nothing,
    "F36": _script(("setTimeout(open, pause + ", "setTimeout(() => 0, pause + ")),
    "F39": _script(("setInterval(ping, BEAT_MS)", "0"), ("PATIENCE_MS = 8000", "PATIENCE_MS = 1e12")),
    "F40": _no_silence,
    "painting": of_work.painted_one_after_the_other,
    "F41": _script(("    lines.delete(gd);\n    try { theirs.purge(gd); }", "    try { 0; }")),
    "F42 context": _script(("setInterval(watch, 500);", "")),
    "failover": _nothing,
    "F42 hidden": _script(("if (!document.hidden) { tick(); heal(); }", "")),
}
