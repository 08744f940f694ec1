"""`ecto-fix new`: migrations from a sentence."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.local.repository import select
from bot.cli.local.review import settings_of
from bot.cli.output.as_json import Format
from bot.cli.output.reply import as_json, show
from rules.authoring import author
from rules.ecto.files import VERSION


def command(
    words: Annotated[list[str], typer.Argument(metavar="SENTENCE", help="What is wanted: 'add phone to users'.")],
    place: Annotated[Path | None, typer.Option("--in", metavar="PATH", help="The project; else where we are.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Put the files where they belong.")] = False,  # noqa: FBT002
    format_: Annotated[Format, typer.Option("--format", help="For people or for programs.")] = Format.TEXT,
) -> None:
    """Show the migrations that a sentence asks for, safe to deploy and to roll back; --write puts them there.

    Exit status: 0 there are files, 1 the sentence could not be carried out, 2 could not run.
    """
    selection = select([place or Path()], None)
    moment = int(datetime.now(UTC).strftime(VERSION))  # noqa: TID251 - as `mix ecto.gen.migration` does
    reply = author(" ".join(words), selection.change, moment, settings_of(selection))
    if format_ is Format.JSON:
        sys.stdout.write(as_json(reply))
    else:
        show(reply)
    for file in reply.files if write else ():
        goes = selection.root / file.path
        goes.parent.mkdir(parents=True, exist_ok=True)
        goes.write_bytes(file.text.encode())
    raise typer.Exit(0 if reply.files else 1)
