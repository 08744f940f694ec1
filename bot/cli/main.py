"""The `ecto-fix` command: every module beside this one is a sub-command, imported only when it is called."""

import gc
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from pkgutil import iter_modules
from typing import Annotated, Final, NoReturn

import typer
from typer.completion import completion_init  # type: ignore[attr-defined]  # documented, not re-exported

from bot.cli.plain import understood
from bot.cli.printable import printable

NO_COMMANDS: Final = frozenset({"main", "plain", "printable", "waiting"})
# Exit statuses; 0 is clean, 1 is findings.
CANNOT_RUN: Final = 2
INTERRUPTED, UNHEARD = 130, 141  # as shells tell of SIGINT and SIGPIPE


class CannotRun(Exception):
    """What was asked for cannot be done; the message says why and stands alone."""


def names() -> tuple[str, ...]:
    """Return the sub-commands, in alphabetical order."""
    here = str(Path(__file__).parent)
    return tuple(module.name for module in iter_modules([here]) if not module.ispkg and module.name not in NO_COMMANDS)


def application(wanted: tuple[str, ...]) -> typer.Typer:
    """Return the command line with the sub-commands *wanted*."""
    completion_init()  # the shells that `ecto-fix completion` teaches ask here
    app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)
    app.callback()(_options)
    app.info.help = "Reviews Ecto migrations: what would lock, break or not roll back, with rewrites that are proven."
    for name in wanted:
        app.command(name.replace("_", "-"))(import_module(f"bot.cli.{name}").command)
    return app


def run(name: str) -> None:
    """Run the sub-command *name* with the arguments that follow it."""
    command = import_module(f"bot.cli.{name}").command
    given = understood(command, sys.argv[2:])
    if given is None:
        application((name,))()
    else:
        command(**given)


def main() -> None:
    """Run the sub-command that the arguments name; only a defect of ours ends in a traceback."""
    gc.set_threshold(100_000)  # we live for moments, and trees of syntax are no garbage
    called = sys.argv[1].replace("-", "_") if len(sys.argv) > 1 else ""
    try:
        _write_every_letter()
        try:
            run(called) if called in names() else application(names())()
        finally:
            sys.stdout.flush()  # here, where somebody hears that it did not go through
    except typer.Exit as end:
        raise SystemExit(end.exit_code) from None
    except CannotRun as reason:
        _stop(str(reason))
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    except OSError as error:  # a full disk, a folder that may not be written to, `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what did not go through goes nowhere
        if isinstance(error, BrokenPipeError):
            raise SystemExit(UNHEARD) from None
        _stop(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))


def _tell_version(is_asked: bool) -> None:  # noqa: FBT001 - as typer calls it
    if is_asked:
        print(f"ecto-fix {import_module('importlib.metadata').version('ecto-fix')}")
        raise typer.Exit


def _options(
    version: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Say which release this is.")
    ] = False,
) -> None:
    """Take what can be asked without a sub-command; the options answer by themselves."""


def _write_every_letter() -> None:
    """Let a terminal that lacks a letter show its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _stop(reason: str) -> NoReturn:
    print(f"ecto-fix: {printable(reason)}", file=sys.stderr)
    raise SystemExit(CANNOT_RUN)
