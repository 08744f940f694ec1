"""`ecto-fix simulate OWNER/REPO#N`: what a review of a pull request would say, without saying it."""

import re
import sys
from dataclasses import asdict
from typing import Annotated, Final

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.text import Text

from bot.cli.main import CannotRun
from bot.cli.output.as_json import Format
from bot.cli.output.complaint import told
from bot.cli.printable import as_document, printable
from workers.settings import Settings
from workers.simulation import NotSimulated, Written, simulate

NAMED: Final = re.compile(r"(?P<repository>[\w-]+/(?!\.\.?#)[\w.-]+)#(?P<number>[1-9]\d{0,9})", re.ASCII)


def command(
    pull_request: Annotated[str, typer.Argument(metavar="OWNER/REPO#N", help="Which pull request.")],
    rehearse: Annotated[bool, typer.Option(help="Rehearse it, as a worker would.")] = True,  # noqa: FBT002 - a flag
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Said for clarity: nothing is ever written.")] = True,  # noqa: ARG001, FBT002 - a flag
    format_: Annotated[Format, typer.Option("--format", help="For people or for programs.")] = Format.TEXT,
) -> None:
    """Show what a review of a pull request would post, and post nothing.

    It needs the settings of a worker: GitHub is asked with the App's key, for a token that may only read.
    """
    named = NAMED.fullmatch(pull_request)
    if named is None:
        raise CannotRun("name a pull request as OWNER/REPO#N, such as acme/shop#12")
    try:
        written = simulate(Settings(), named["repository"], int(named["number"]), rehearses=rehearse)
    except ValidationError as error:
        raise CannotRun(told(error)) from None
    except NotSimulated as reason:
        raise CannotRun(str(reason)) from None
    if format_ is Format.JSON:
        sys.stdout.write(as_document([asdict(one) for one in written]))
    else:
        show(written)


def show(written: tuple[Written, ...]) -> None:
    """Print what would be written, one after the other."""
    console = Console(highlight=False)
    for one in written:
        console.print(Text(printable(one.where), style="bold"), soft_wrap=True)
        console.print(Text(printable(one.text)), soft_wrap=True)
        console.print()
