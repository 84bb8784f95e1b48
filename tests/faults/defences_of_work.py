"""How the defences of feeds, of timed work and of the web server are taken out (see tests.faults.defences)."""

import pytest


def causes_are_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from data_sources.engine import schedule

    monkeypatch.setattr(schedule, "reason", lambda error: "")


def no_end_of_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    from data_sources.engine.schedule import Run
    from data_sources.engine.wire import Patience

    monkeypatch.setattr(Patience, "left", lambda self, at_most=None: 3600.0)
    monkeypatch.setattr(Run, "look", lambda self: None)


def any_age_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a sensor said is fresh as long as its feed answers."""
    import numpy as np

    from city import newest

    limits = newest._limits
    year = np.timedelta64(366, "D")
    monkeypatch.setattr(newest, "_limits", lambda scene, metric, keys: limits(scene, metric, keys) + year)


def nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from city.verdict import Verdict

    monkeypatch.setattr(Verdict, "refuse", lambda self, where, reason: None)


def any_time_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from city import rules

    monkeypatch.setattr(rules, "AHEAD", timedelta(days=400))


def any_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    from data_sources.engine.poll import Poll

    init = Poll.__init__

    def unlimited(self: Poll, source: object, *words: object) -> None:
        object.__setattr__(source.info, "max_rows", 10**9)  # type: ignore[attr-defined]
        init(self, source, *words)  # type: ignore[arg-type]

    monkeypatch.setattr(Poll, "__init__", unlimited)


def any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    from data_sources.engine.http import Request

    init = Request.__init__
    monkeypatch.setattr(Request, "__init__", lambda self, *a, **k: init(self, *a, **{**k, "most": 1 << 28}))


def no_deadline_of_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    from commands import _making

    waited = _making._waited
    patient = lambda process, given, until, beat: waited(process, given, until + 3600, beat)  # noqa: E731
    monkeypatch.setattr(_making, "_waited", patient)


def no_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from commands import _reports

    monkeypatch.setattr(_reports, "again", lambda attempts: timedelta(days=1))


NO_LOOK = """import runpy, sys, types, typst
sys.argv = ["press", *sys.argv[1:]]
whole, fonts = typst.compile_with_warnings, typst.Fonts
typst.compile_with_warnings = lambda *a, **k: (whole(*a, **{**k, "font_paths": k["font_paths"].found})[0], [])
typst.Fonts = lambda **k: types.SimpleNamespace(found=fonts(**k), families=lambda: ["Inter"])
runpy.run_module("reports.press", run_name="__main__")"""
NO_PROOF = f"""import runpy, subprocess, sys, reports.making
reports.making.proof = lambda pdf, snapshot: None
popen = subprocess.Popen
def unlooked(command, **words):
    if "reports.press" in command:
        command = [command[0], "-c", {NO_LOOK!r}, *command[3:]]
    return popen(command, **words)
subprocess.Popen = unlooked
runpy.run_module("commands._made", run_name="__main__")"""


def no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the press gives is sent, and it says of nothing that it lacks a typeface. Processes of their own."""
    from commands import _making

    popen = _making.subprocess.Popen

    def unproved(command: list[str], **words: object) -> object:
        return popen([command[0], "-c", NO_PROOF, command[-1]], **words)  # type: ignore[call-overload]

    class Programs:
        Popen = staticmethod(unproved)

        def __getattr__(self, name: str) -> object:
            return getattr(__import__("subprocess"), name)

    monkeypatch.setattr(_making, "subprocess", Programs())


def all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Screens come back without a spread; tests.faults.screens does as assets/socket.js."""
    from tests.faults import screens

    monkeypatch.setattr(screens, "SPREAD_S", 0.0)


def nobody_is_asked_whether_he_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from dashboards.kit import app

    config = app.uvicorn.Config
    silent = {"ws_ping_interval": None, "ws_ping_timeout": None}
    monkeypatch.setattr(app.uvicorn, "Config", lambda *a, **words: config(*a, **{**words, **silent}))
