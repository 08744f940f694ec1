"""`ecto-fix fix`: the rewrites of a repository's findings, as a diff or in its files."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.local.repository import Selection, select
from bot.cli.local.review import review
from bot.cli.local.shelf import shelf
from bot.cli.output.diff import show_patch
from bot.cli.output.text import plural
from bot.cli.rules import unknown
from rules.catalog import names
from rules.finding import Finding
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.patch import patch
from rules.rewriting import Rewritten, rewrite_all


def command(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="PATHS", help="Files, folders or a repository's root.")
    ] = None,
    base: Annotated[str | None, typer.Option(metavar="REV", help="Only what changed since REV, together.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Write the files.")] = False,  # noqa: FBT002 - a flag
    all_: Annotated[bool, typer.Option("--all", help="Also what a person should review.")] = False,  # noqa: FBT002
    cache: Annotated[bool, typer.Option(help="Remember what older migrations come to.")] = True,  # noqa: FBT002
    only: Annotated[str | None, typer.Option(metavar="RULE", help="One rule's rewrites.")] = None,
) -> None:
    """Show the rewrites as a diff; --write applies them.

    Safe rewrites only, unless --all is given. Exit status: 0 nothing left to rewrite, 1 otherwise, 2 could not run.
    """
    if only is not None and only not in names():
        raise unknown(only)
    selection = select(paths or [Path()], base)
    kept = shelf() if cache else None
    rewritten = rewrite_all(
        selection.change,
        lambda change: review(selection, change, together=base is not None, shelf=kept),
        wanted(only, all_=all_),
    )
    tell(rewritten, selection)
    if write:
        for file in (*rewritten.edited, *rewritten.added):
            (selection.root / file.path).write_bytes(file.text.encode())
    remaining = (rewritten.answered if not write else ()) or [found for found in rewritten.left if found.rewrite]
    raise typer.Exit(1 if remaining else 0)


def wanted(only: str | None, *, all_: bool) -> Callable[[Finding, Rewrite], bool]:
    """Return which rewrites are asked for."""
    return lambda finding, rewrite: only in {None, finding.rule} and (all_ or rewrite.safety is Safety.SAFE)


def tell(rewritten: Rewritten, selection: Selection) -> None:
    """Print the diff, then what it answers and what it leaves."""
    console = Console(highlight=False, soft_wrap=True)
    before = selection.change.sources
    show_patch(patch(before, (*rewritten.edited, *rewritten.added)), console)
    reviewable = sum(finding.rewrite is not None for finding in rewritten.left)
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    errors.print(f"{plural(len(rewritten.answered), 'finding')} answered, {len(rewritten.left)} left.")
    if reviewable:
        errors.print(f"{plural(reviewable, 'rewrite')} more for a person to review: --all.")
