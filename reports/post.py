"""Sends one report to one recipient by mail, within a deadline of our own."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP

DEADLINE = 60.0
"""Seconds for a whole delivery, whatever the server does."""
PATIENCE = 20.0
"""Seconds for one answer of it."""


class PostError(Exception):
    """The server did not take the mail; the message says why. `refused`: it said that it never will (5xx)."""

    def __init__(self, message: str, *, refused: bool = False) -> None:
        super().__init__(message)
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server. `tls` from the first byte (smtps), or `starttls` before anything is said."""

    host: str
    port: int
    tls: bool = False
    starttls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail with one PDF. Line ends in `sender`, `recipient`, `subject`, `message_id` or `name` are refused."""

    sender: str
    recipient: str
    subject: str
    text: str
    message_id: str
    name: str
    pdf: bytes
    language: str = "vi"


def message(letter: Letter) -> EmailMessage:
    """Raises PostError for what would put a line of its own into the head."""
    for word in (letter.sender, letter.recipient, letter.subject, letter.message_id, letter.name):
        if not word.isprintable():
            raise PostError("the mail's head would hold a line end or a control character", refused=True)
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = letter.sender, letter.recipient, letter.subject
    made["Message-ID"], made["Auto-Submitted"], made["Content-Language"] = (
        letter.message_id,
        "auto-generated",
        letter.language,
    )
    made.set_content(letter.text)
    made.add_attachment(letter.pdf, maintype="application", subtype="pdf", filename=letter.name)
    return made


def send(server: Server, letter: Letter, deadline: float = DEADLINE) -> None:
    """Returns once the server has taken the responsibility for the mail. Raises PostError."""
    made = message(letter)
    with _told(server), _talk(server, deadline) as talk:
        talk.send_message(made, letter.sender, [letter.recipient])


def greeted(server: Server, deadline: float) -> None:
    """Returns once the server let us in; nothing is sent. Raises PostError."""
    with _told(server), _talk(server, deadline) as talk:
        talk.noop()


@contextmanager
def _told(server: Server) -> Iterator[None]:
    """Whatever goes wrong in a talk with a mail server, as a PostError."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as e:
        code, said = next(iter(e.recipients.values()))
        raise PostError(_line(code, said), refused=code >= 500) from e
    except smtplib.SMTPResponseException as e:
        raise PostError(_line(e.smtp_code, e.smtp_error), refused=e.smtp_code >= 500) from e
    except (smtplib.SMTPException, OSError, ValueError) as e:
        reason = "it took too long" if isinstance(e, TimeoutError) else " ".join(str(e).split()) or type(e).__name__
        raise PostError(f"the mail server at {server.host}:{server.port}: {reason}") from e


@contextmanager
def _talk(server: Server, deadline: float) -> Iterator[smtplib.SMTP]:
    """A connection that is logged in, and cut when the deadline passes."""
    context = ssl.create_default_context()
    patience = min(PATIENCE, deadline)
    open_: smtplib.SMTP = (
        smtplib.SMTP_SSL(server.host, server.port, timeout=patience, context=context)
        if server.tls
        else smtplib.SMTP(server.host, server.port, timeout=patience)
    )
    cut = threading.Timer(deadline, _cut, [open_])
    cut.daemon = True
    cut.start()
    try:
        if server.starttls:
            open_.starttls(context=context)
        if server.user:
            open_.login(server.user, server.password)
        yield open_
        with suppress(smtplib.SMTPException, OSError):
            open_.quit()
    finally:
        cut.cancel()
        open_.close()


def _cut(talk: smtplib.SMTP) -> None:
    line = talk.sock
    if line is not None:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)


def _line(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return f"the mail server said {code} {' '.join(text.split())}"[:300]
