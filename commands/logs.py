"""Logs: one well-formed JSON line an event, in UTC, on standard error. Nothing in a text can break the line."""

import asyncio
import json
import logging
import math
import re
import sys
import threading
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

Event = MutableMapping[str, Any]
HIDDEN = "***"
# libraries are heard from warnings on
OURS = ("app", "city", "repository", "data_sources", "dashboards", "reports", "commands")
_SECRET_KEYS = re.compile(r"password|passwd|secret|token|authorization|cookie|api_?key", re.I)
_URL_PASSWORD = re.compile(r"(://[^\s:/@]*:)[^\s@/]+(?=@)")
_DSN_PASSWORD = re.compile(r"(password\s*=\s*)('[^']*'|\S+)", re.I)
# Vietnamese telephone numbers, and the twelve digits of an identity card
_PERSONAL = re.compile(r"(?<![\w.+-])(?:(?:\+84|0)\d{9}|0\d{11})(?![\w.-]*\d)")


class StandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is when something is told, not to what it was once: that may be closed."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


def configure(level: int = logging.INFO) -> None:
    """Send structlog's events, and those of libraries that use the standard library's, the same way."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                masked,
                line,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for room in OURS:
        logging.getLogger(room).setLevel(level)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a run that is skipped is no news: the next one comes
    logging.captureWarnings(True)
    logging.getLogger("uvicorn.error").addFilter(_not_a_goodbye)
    threading.excepthook = _of_a_thread


def _of_a_thread(fault: threading.ExceptHookArgs) -> None:
    """What ends a thread is logged as everything else is."""
    if fault.exc_value is not None:
        name = fault.thread.name if fault.thread else "?"
        structlog.get_logger("app").error("a thread ended by a fault", thread=name, exc_info=fault.exc_value)


def _not_a_goodbye(record: logging.LogRecord) -> bool:
    """A socket that is still open when the server stops is cancelled; that is no error."""
    return not (record.exc_info and record.exc_info[0] is asyncio.CancelledError)


def masked(_logger: object, _method: str, event: Event) -> Event:
    """Hide secrets by their key, and passwords and personal numbers wherever they stand in a text."""
    return {k: HIDDEN if _SECRET_KEYS.search(k) else _mask(v) for k, v in event.items()}


def _mask(value: Any) -> Any:
    if isinstance(value, dict):
        return masked(None, "", {str(k): v for k, v in value.items()})
    if isinstance(value, list | tuple | set | frozenset):
        return [_mask(v) for v in value]
    if value is None or isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    text = _URL_PASSWORD.sub(rf"\1{HIDDEN}", str(value))
    text = _DSN_PASSWORD.sub(rf"\1{HIDDEN}", text)
    return _PERSONAL.sub(HIDDEN, text)


def line(_logger: object, _method: str, event: Event) -> str:
    """One line of JSON: letters of any language stay readable, everything invisible is escaped."""
    first = {k: event[k] for k in ("at", "level", "event") if k in event}
    text = json.dumps({**first, **event}, ensure_ascii=False, default=str)
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def _escape(char: str) -> str:
    """One character as JSON writes it: line separators, writing-direction marks and DEL among them."""
    return f"\\u{ord(char):04x}" if char.isascii() else json.dumps(char)[1:-1]
