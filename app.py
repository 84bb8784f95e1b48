"""The composition root: the ioc program finds its commands, runs one, and says in one line what went wrong."""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Annotated, Any

import structlog
import typer

import commands
from commands.logs import configure
from commands.mistakes import explain

FAULT_OF_THE_PROGRAM = 70  # EX_SOFTWARE: no mistake of whoever typed the command
INTERRUPTED = 130


def discover(wanted: str | None = None) -> dict[str, Callable[..., Any]]:
    """Commands by name: every file of `commands` with a function `command`. Only the wanted one is imported."""
    files = [m.name for m in pkgutil.iter_modules(commands.__path__) if not m.name.startswith("_")]
    names = {f.rstrip("_").replace("_", "-"): f for f in files}  # try_: a word of the language
    some = {wanted: names[wanted]} if wanted in names else names
    modules = {name: importlib.import_module(f"commands.{f}") for name, f in some.items()}
    found = {name: m.command for name, m in modules.items() if hasattr(m, "command")}
    return found if found or wanted is None else discover()


def program(found: dict[str, Callable[..., Any]]) -> typer.Typer:
    """The command line over some commands."""
    app = typer.Typer(name="ioc", add_completion=False, rich_markup_mode=None)
    app.callback()(_options)
    for name, function in sorted(found.items()):
        app.command(name)(function)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(version("city-ioc"))
        raise typer.Exit


def _options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Operations dashboard of a city: see docs/operations.md, or `ioc COMMAND --help`."""


def run(arguments: Sequence[str]) -> int:
    """Run one command; the exit code."""
    configure()
    try:
        found = discover(arguments[0] if arguments else None)
        return program(found)(list(arguments), prog_name="ioc", standalone_mode=False) or 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as e:  # noqa: BLE001  the last resort: whatever it is, the user gets a line
        return fail(e)


def fail(error: Exception) -> int:
    """Say what went wrong; the exit code."""
    lines = explain(error)
    if lines is None:
        structlog.get_logger("app").error("fault of the program", exc_info=error)
        typer.echo(f"ioc: a fault of the program, {type(error).__name__}; the log line above says where", err=True)
        return FAULT_OF_THE_PROGRAM
    for line in lines:
        typer.echo(f"ioc: {line}", err=True)
    return int(getattr(error, "exit_code", 1))


def main() -> None:
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
