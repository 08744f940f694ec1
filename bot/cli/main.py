"""The `ecto-fix` command: every module beside this one is a sub-command, imported only when it is called."""

import gc
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Final

import typer
from typer.completion import completion_init  # type: ignore[attr-defined]  # documented, not re-exported

from bot.cli.plain import understood
from bot.cli.printable import printable

NO_COMMANDS: Final = frozenset({"main", "plain", "printable", "waiting"})
CANNOT_RUN: Final = 2  # exit status; 0 is clean, 1 is findings


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
    app.callback()(lambda: None)
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
    """Run the sub-command that the arguments name."""
    gc.set_threshold(100_000)  # we live for moments, and trees of syntax are no garbage
    called = sys.argv[1].replace("-", "_") if len(sys.argv) > 1 else ""
    try:
        run(called) if called in names() else application(names())()
    except typer.Exit as end:
        raise SystemExit(end.exit_code) from None
    except CannotRun as reason:
        print(f"ecto-fix: {printable(str(reason))}", file=sys.stderr)
        raise SystemExit(CANNOT_RUN) from None
