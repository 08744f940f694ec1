"""`ecto-fix rehearse`: run migrations up, down and up again on a PostgreSQL of their own."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.cli.local.repository import select
from bot.cli.local.review import settings_of
from bot.cli.main import CannotRun
from bot.cli.output import rehearsal
from bot.cli.output.as_json import Format
from bot.cli.printable import printable
from rules.analysis.programs import programs
from rules.postgres.observation import Observation, Outcome
from rules.postgres.program import Program
from workers.rehearsal.house import House, house


def command(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATHS", help="Files, folders or a repository's root.")
    ] = None,
    base: Annotated[str | None, typer.Option(metavar="REV", help="Rehearse together what changed since REV.")] = None,
    format_: Annotated[Format, typer.Option("--format", help="For people or for programs.")] = Format.TEXT,
    seconds: Annotated[float, typer.Option(help="Stop after so long.", min=1)] = 3600.0,
    pg_bin: Annotated[Path | None, typer.Option(envvar="ECTO_FIX_PG_BIN", help="PostgreSQL's programs.")] = None,
) -> None:
    """Run migrations up, down and up again, and show what each statement locks, reads and rewrites.

    Each migration is rehearsed on top of the history before it, on a server that is thrown away. Exit status: 0 every
    schema was restored, 1 otherwise, 2 could not run.
    """
    selection = select(paths or [Path()], base)
    settings = settings_of(selection)
    place = house(chosen=pg_bin, trusted=True, seconds=seconds)
    if reason := place.closed():
        raise CannotRun(reason)
    wanted = programs(selection.change, settings, together=base is not None)
    observations = watched(wanted, place, settings.postgres)
    if format_ is Format.JSON:
        sources = selection.change.sources
        sys.stdout.write(rehearsal.as_json(observations, sources))
    else:
        rehearsal.show(observations)
    raise typer.Exit(0 if all(one.outcome is Outcome.RESTORED for one in observations) else 1)


def watched(wanted: Iterable[Program], place: House, major: int) -> list[Observation]:
    """Rehearse, and show how far that is."""
    wanted = tuple(wanted)
    plays = [play.path for program in wanted for play in program.plays]
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    observations = []
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=len(plays))
        performing = place.rehearse(wanted, major)
        for path in plays:
            progress.update(task, description=printable(path.rpartition("/")[2]))
            observations.append(next(performing))
            progress.advance(task)
    return observations
