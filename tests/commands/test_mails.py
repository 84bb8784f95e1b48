"""Reports by mail, to a real SMTP server on this machine: each recipient's once, whatever the server does."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from sqlalchemy import Engine

from city.config import CityFile, MapView
from city.reporting import Reporting
from commands._mails import FIRST_AGAIN, REFUSED_AGAIN, Mailer
from commands._reports import Plan
from reports import post
from reports.post import Letter, PostError, Server, message, send
from repository import mails
from repository.archive import keep, listed
from tests.repository.test_archive import made, run

NOW = datetime(2026, 11, 23, tzinfo=UTC)
NOBODY = threading.Event()
PDF = b"%PDF-1.7 \x00\xff %%EOF"


class Post:
    """What came in; `says` is answered to recipients, `then` to the letter itself."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.says: dict[str, str] = {}
        self.then = "250 taken"

    async def handle_RCPT(self, _s: SMTP, _session: Session, envelope: Envelope, address: str, _o: list[str]) -> str:
        if not self.says.get(address, "250").startswith("250"):
            return self.says[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _s: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.then.startswith("250"):
            self.taken.append(message_from_bytes(envelope.content or b"", policy=default))  # type: ignore[arg-type]
        return self.then


@pytest.fixture
def inbox() -> Post:
    return Post()


@pytest.fixture
def server(inbox: Post) -> Iterator[Server]:
    def login(_s: SMTP, _session: Session, _e: Envelope, _mechanism: str, word: object) -> AuthResult:
        good = isinstance(word, LoginPassword) and word.password == b"sesame"
        return AuthResult(success=good, handled=False)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, port=port, hostname="127.0.0.1", authenticator=login, auth_require_tls=False)
    controller.start()
    try:
        yield Server("127.0.0.1", port)
    finally:
        controller.stop(no_assert=True)


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


def mailer(engine: Engine, server: Server | None, clock: Clock, *to: str) -> Mailer:
    report = Reporting.model_validate({"to": list(to or ("a@hue.example", "b@hue.example"))})
    city = CityFile(
        code="hue", timezone="Asia/Ho_Chi_Minh", name={"vi": "Huế"}, map=MapView(center=(0, 0)), report=report
    )
    return Mailer(engine, Plan(city, "hue", city.beside("x"), server, "ioc@hue.example"), clock)


@pytest.fixture
def waiting(engine: Engine) -> Engine:
    keep(engine, made(content=PDF, made_at=NOW), run(engine), {"a@hue.example": "<a@x>", "b@hue.example": "<b@x>"})
    return engine


def test_each_recipient_gets_the_report_once(waiting: Engine, server: Server, inbox: Post) -> None:
    clock = Clock()
    for _ in range(3):
        mailer(waiting, server, clock).look(NOBODY)
        clock.at += timedelta(days=1)
    assert sorted(m["To"] for m in inbox.taken) == ["a@hue.example", "b@hue.example"]
    first = inbox.taken[0]
    assert first["Subject"] == "Báo cáo tuần 2026-W47 · Huế" and first["Message-ID"] == "<a@x>"
    (file,) = first.iter_attachments()
    assert file.get_content() == PDF and file.get_filename() == "hue-2026-W47-vi.pdf"
    assert listed(waiting)[0].mails == 2


@pytest.mark.parametrize(("says", "wait"), [("451 busy", FIRST_AGAIN), ("550 who?", REFUSED_AGAIN)])
def test_a_recipient_that_is_refused_is_tried_again_and_keeps_nobody_waiting(
    waiting: Engine, server: Server, inbox: Post, says: str, wait: timedelta
) -> None:
    clock = Clock()
    inbox.says["a@hue.example"] = says
    mailer(waiting, server, clock).look(NOBODY)
    assert [m["To"] for m in inbox.taken] == ["b@hue.example"]
    assert listed(waiting)[0].unsent == f"the mail server said {says}"
    inbox.says.clear()
    clock.at += wait - timedelta(seconds=1)
    mailer(waiting, server, clock).look(NOBODY)
    assert len(inbox.taken) == 1
    clock.at += timedelta(seconds=1)
    mailer(waiting, server, clock).look(NOBODY)
    assert [m["To"] for m in inbox.taken] == ["b@hue.example", "a@hue.example"] and listed(waiting)[0].unsent is None


def test_a_letter_that_is_not_taken_is_not_sent(waiting: Engine, server: Server, inbox: Post) -> None:
    inbox.then = "452 disk full"
    mailer(waiting, server, Clock()).look(NOBODY)
    assert inbox.taken == [] and listed(waiting)[0].mails == 0


def test_a_server_that_is_away_is_waited_for(waiting: Engine) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = Server("127.0.0.1", nobody.getsockname()[1])
    mailer(waiting, away, Clock()).look(NOBODY)
    assert "refused" in (listed(waiting)[0].unsent or "")


def test_a_server_that_says_nothing_is_left_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(PostError, match=r"timed out|too long"):
        send(Server("127.0.0.1", silent.getsockname()[1]), letter())


def test_who_is_killed_between_sending_and_marking_sends_at_most_once_more(
    waiting: Engine, server: Server, inbox: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    first = mailer(waiting, server, clock, "a@hue.example")
    with monkeypatch.context() as patch:
        patch.setattr(mails, "sent", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            first.look(NOBODY)
    assert [m["Message-ID"] for m in inbox.taken] == ["<a@x>"]
    for _ in range(3):
        clock.at += mails.LEASE
        mailer(waiting, server, clock, "a@hue.example").look(NOBODY)
    assert [m["Message-ID"] for m in inbox.taken] == ["<a@x>"] * 2


def test_without_a_server_mails_wait(waiting: Engine, server: Server, inbox: Post) -> None:
    mailer(waiting, None, Clock()).look(NOBODY)
    assert listed(waiting)[0].recipients == 2
    mailer(waiting, server, Clock()).look(NOBODY)
    assert len(inbox.taken) == 2


def letter(**changed: str) -> Letter:
    words = {"sender": "ioc@x.example", "recipient": "a@x.example", "subject": "Báo cáo", "message_id": "<1@x>"}
    return Letter(**{**words, "text": "t", "name": "week.pdf", "pdf": PDF, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["sender", "recipient", "subject", "message_id", "name"])
def test_a_word_that_would_add_a_line_to_the_head_is_refused(field: str) -> None:
    with pytest.raises(PostError, match="line end"):
        message(letter(**{field: "a@x.example\r\nBcc: spy@x.example"}))


def test_a_password_is_given_and_never_told(server: Server, inbox: Post) -> None:
    known = Server(server.host, server.port, user="ioc", password="sesame")
    send(known, letter())
    assert len(inbox.taken) == 1 and "sesame" not in repr(known)
    with pytest.raises(PostError, match="535") as e:
        send(Server(server.host, server.port, user="ioc", password="wrongword"), letter())
    assert "wrongword" not in str(e.value)
    with pytest.raises(PostError, match="STARTTLS"):
        send(Server(server.host, server.port, starttls=True), letter())
