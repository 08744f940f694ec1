"""`ecto-fix schema`: the schema that migrations make, or the JSON Schema of what `check --format json` prints."""

import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.local.repository import nothing, select
from bot.cli.output.schema import listed
from bot.cli.printable import printable
from rules.analysis.ground import ending
from rules.analysis.history import histories
from rules.ecto.files import folder_of
from rules.settings import Settings


def command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATHS", help="Migrations; without any, the JSON Schema of `check --format json`."),
    ] = None,
) -> None:
    """Print what a database looks like when the migrations at PATHS have run, on what a structure.sql tells.

    Without PATHS: the JSON Schema of `ecto-fix check --format json`.
    """
    if not paths:
        sys.stdout.write(files("bot.cli.output").joinpath("report.schema.json").read_text())
        return
    selection = select(paths, None)
    if not selection.change.proposed:
        print(nothing(selection), file=sys.stderr)
    for history in histories(selection.change, Settings()):
        sys.stdout.write(printable(f"-- {folder_of(history.proposed[0].path)}\n{listed(ending(history))}"))
