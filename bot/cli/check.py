"""`ecto-fix check`: review the migrations of a repository on this machine."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.local.repository import select
from bot.cli.local.review import review
from bot.cli.local.shelf import shelf
from bot.cli.output.formats import ReportFormat, show, written


def command(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATHS", help="Files, folders or a repository's root.")
    ] = None,
    base: Annotated[str | None, typer.Option(metavar="REV", help="Review together what changed since REV.")] = None,
    cache: Annotated[bool, typer.Option(help="Remember what older migrations come to.")] = True,  # noqa: FBT002 - a flag
    format_: Annotated[
        ReportFormat, typer.Option("--format", help="For people, programs, code scanning, reviewdog or a workflow.")
    ] = ReportFormat.TEXT,
) -> None:
    """Find what would lock, break or not roll back.

    Each migration is reviewed on top of the history before it. Exit status: 0 clean, 1 findings, 2 could not run.
    """
    selection = select(paths or [Path()], base)
    report = review(selection, together=base is not None, shelf=shelf() if cache else None)
    if format_ is ReportFormat.TEXT:
        show(report, selection)
    else:
        sys.stdout.write(written(report, selection, format_))
    raise typer.Exit(1 if report.findings or selection.refused else 0)
