"""What a person reads when a command fails: a line a fault, and what to do about it. Never a traceback."""

import psycopg
import sqlalchemy.exc
import typer
from pydantic import ValidationError

ROOMS = frozenset({"city", "repository", "data_sources", "dashboards", "reports", "commands"})


class CommandError(Exception):
    """Something only the user can put right; the message says what, one line a fault."""


def explain(error: BaseException) -> list[str] | None:
    """The lines for a user, or None when the fault is the program's own.

    Exception classes of our own rooms are made for people: their messages are those lines.
    """
    if isinstance(error, typer.TyperException):
        return [_usage(error)]
    if isinstance(error, typer.Abort):
        return ["stopped"]
    if isinstance(error, ValidationError):
        return [f"{'.'.join(map(str, x['loc']))}: {x['msg']}" for x in error.errors()]
    if type(error).__module__.split(".")[0] in ROOMS:
        return str(error).splitlines() or [type(error).__name__]
    return _database(error) or _file(error)


def _usage(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    hint = f" (see `{context.command_path} --help`)" if context else ""
    return " ".join(error.format_message().split()) + hint


def _database(error: BaseException) -> list[str] | None:
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, psycopg.errors.UndefinedTable | psycopg.errors.InvalidSchemaName):
        return ["the shared repository has no tables yet, or old ones; run `ioc migrate`"]
    if isinstance(cause, psycopg.errors.InsufficientPrivilege):
        return [f"the shared repository refuses: {_first_line(cause)}; the role needs more rights"]
    if isinstance(cause, psycopg.OperationalError) or isinstance(error, sqlalchemy.exc.TimeoutError):
        return [f"no shared repository: {_first_line(cause)}; `ioc doctor` says more"]
    return None


def _file(error: BaseException) -> list[str] | None:
    if isinstance(error, OSError) and error.filename is not None:
        return [f"{error.filename}: {error.strerror}"]
    return None


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
