"""Sends the archive's reports to who is to get them, each once, until a server takes it."""

import os
import socket
import threading
from datetime import timedelta

import structlog
from sqlalchemy import Engine

from city.clock import Clock
from commands._reports import Plan
from dashboards.kit.language import Language, languages
from reports.post import Letter, PostError, Server, send
from repository import archive, mails
from repository.archive import Content
from repository.mails import Mail

FIRST_AGAIN, LONGEST_AGAIN, REFUSED_AGAIN = timedelta(minutes=1), timedelta(hours=1), timedelta(hours=12)


def again(attempts: int, *, refused: bool) -> timedelta:
    """How long to wait after so many failures; a server that said never is asked twice a day."""
    return REFUSED_AGAIN if refused else min(FIRST_AGAIN * (1 << min(attempts - 1, 20)), LONGEST_AGAIN)


class Mailer:
    """Any number of processes may each have one on the same repository."""

    def __init__(self, engine: Engine, plan: Plan, clock: Clock) -> None:
        self._engine, self._plan, self._clock = engine, plan, clock
        self._say = languages(plan.city.zone)
        self._who = f"{socket.gethostname()}/{os.getpid()}"
        self._log = structlog.get_logger("commands.mails")

    def look(self, stopped: threading.Event) -> None:
        """Everything that is due now, one after the other. Raises RepositoryError."""
        mails.withdraw(self._engine, [r.address for r in self._plan.city.report.to], self._clock.now())
        server = self._plan.server
        while server and not stopped.is_set() and (mail := mails.claim(self._engine, self._who, self._clock.now())):
            self._one(server, mail)

    def _one(self, server: Server, mail: Mail) -> None:
        told = {"report": mail.report_id, "attempt": mail.attempts}
        found = archive.content(self._engine, mail.report_id)
        if found is None:  # it was taken out of the archive, and its mails with it
            return
        try:
            send(server, self._letter(mail, found))
        except PostError as e:
            wait = again(mail.attempts, refused=e.refused)
            mails.fail(self._engine, mail, self._clock.now(), str(e), wait)
            self._log.warning("mail not taken; it is tried again", **told, why=str(e), seconds=wait.seconds)
        else:
            mails.sent(self._engine, mail, self._clock.now())
            self._log.info("mail taken", **told)

    def _letter(self, mail: Mail, found: Content) -> Letter:
        city = self._plan.city
        say: Language = self._say[found.locale if found.locale in self._say else city.locale]
        place = f" · {found.place_code}" if found.place_code else ""
        subject = f"{say('Weekly report')} {found.period} · {city.title(say.code)}{place}"
        lines = [
            subject,
            say("The report is attached as a PDF; it can be read by machines as well."),
            f"SHA-256: {found.sha256}",
        ]
        name = f"{city.code}-{found.period}{f'-{found.place_code}' if found.place_code else ''}-{found.locale}.pdf"
        text = "\n\n".join(lines) + "\n"
        return Letter(self._plan.sender, mail.recipient, subject, text, mail.message_id, name, found.content, say.code)
