"""How the defences of feeds, of timed work and of the web server are taken out (see tests.faults.defences)."""

import pytest


def painted_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first page that can't be painted ends the round."""
    from collections.abc import Callable

    from dashboards.kit.channel import Channel
    from dashboards.kit.painter import Painter

    def each(self: Painter, work: Callable[[Channel], None]) -> None:
        for channel in self._looked_at():
            work(channel)

    monkeypatch.setattr(Painter, "_each", each)


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


def fresh_as_its_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sensor is fresh as long as another of its feed is."""
    from dataclasses import replace

    import numpy as np

    from city import newest

    found = newest._newest

    def as_feed(scene: object, metric: str) -> object:
        n = found(scene, metric)  # type: ignore[arg-type]
        return replace(n, fresh=np.isin(n.source, n.source[n.fresh]))

    monkeypatch.setattr(newest, "_newest", as_feed)


def as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading's moment is when it came, so one that comes again is another."""
    from dataclasses import replace

    import numpy as np

    from data_sources.engine.poll import Poll

    write = Poll._write

    def at_once(self: Poll, judged: object) -> None:
        columns = judged.columns  # type: ignore[attr-defined]
        if "observed_at" in columns:
            now = np.datetime64(self._clock.now().replace(tzinfo=None), "us")
            columns = {**columns, "observed_at": now - np.arange(len(judged))[::-1]}  # type: ignore[arg-type]
        write(self, replace(judged, columns=columns))  # type: ignore[type-var]

    monkeypatch.setattr(Poll, "_write", at_once)


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


def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes later than a look and a second after a report's moment leaves it out, as APScheduler's default has it
    for one second."""
    from datetime import timedelta

    from commands import _reports
    from commands._timed import LOOK

    found = _reports.dues
    grace = timedelta(seconds=LOOK + 1)
    in_time = lambda cron, zone, since, now: [  # noqa: E731
        (at, code) for at, code in found(cron, zone, since, now) if since is None or now - at <= grace
    ]
    monkeypatch.setattr(_reports, "dues", in_time)


def no_looking_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process knows only the moments since its own start, as schedulers do that keep their plan in memory."""
    from commands import _reports

    found, began = _reports.dues, list[object]()

    def since_start(cron: str, zone: object, since: object, now: object) -> object:
        began.append(now)
        return found(cron, zone, since and max(since, began[0]), now)  # type: ignore[arg-type, type-var]

    monkeypatch.setattr(_reports, "dues", since_start)


def nobody_gives_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither we nor the kernel end a wait for a database that is silent."""
    from repository.connect import KEEPALIVES
    from repository.deadline import Worker

    call = Worker.call
    monkeypatch.setattr(Worker, "call", lambda self, function, deadline: call(self, function, 3600))
    for name in [*KEEPALIVES]:
        monkeypatch.delitem(KEEPALIVES, name)
