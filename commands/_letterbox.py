"""Can reports be sent and signed? What `ioc doctor` says of the mail server and of the key."""

from datetime import timedelta

from city.clock import Clock
from commands._finding import Finding
from commands._report_settings import ReportSettings
from reports.post import PostError, greeted
from reports.signing import SigningError, opened

PATIENCE = 10.0
"""Seconds for the mail server to answer."""
SOON = timedelta(days=30)


def letterbox(settings: ReportSettings) -> Finding:
    """Is there a mail server that lets us in; no mail is sent."""
    server = settings.mail_server
    if server is None:
        return Finding("mail", "note", "IOC_SMTP_URL names no mail server: reports stay in the archive")
    try:
        greeted(server, PATIENCE)
    except PostError as e:
        return Finding("mail", "fault", f"{e}: correct IOC_SMTP_URL, or IOC_SMTP_PASSWORD")
    return Finding("mail", "ok", f"{server.host}:{server.port} lets us in, mails come from {settings.smtp_from}")


def seal(settings: ReportSettings, clock: Clock) -> Finding:
    """Can the key be opened, and is its certificate valid now and for a while."""
    if settings.report_key is None:
        return Finding("key", "note", "IOC_REPORT_KEY names no key: reports are not signed")
    try:
        signer = opened(settings.report_key.read_bytes(), settings.report_key_password.get_secret_value())
    except (OSError, SigningError) as e:
        said = f"{settings.report_key}: {e.strerror}" if isinstance(e, OSError) else str(e)
        return Finding("key", "fault", f"{said}: correct IOC_REPORT_KEY, or IOC_REPORT_KEY_PASSWORD")
    span, now = f"{signer.since:%Y-%m-%d} to {signer.until:%Y-%m-%d}", clock.now()
    if not signer.since <= now < signer.until:
        return Finding("key", "fault", f"the certificate of {signer.name} is valid {span} only: have it renewed")
    return Finding("key", "note" if signer.until - now < SOON else "ok", f"{signer.name}, valid {span}")
