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
    sentence: Annotated[str, typer.Argument(help="What is wanted: 'add phone to users'.")],
    paths: Annotated[list[Path] | None, typer.Argument(help="Where its migrations are; here if not given.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Put the files where they belong.")] = False,  # noqa: FBT002
    format_: Annotated[Format, typer.Option("--format", help="For people or for programs.")] = Format.TEXT,
) -> None:
    """Show the migrations that a sentence asks for, safe to deploy and to roll back; --write puts them there.

    Exit status: 0 there are files, 1 the sentence could not be carried out, 2 could not run.
    """
    selection = select(paths or [Path()], None)
    moment = int(datetime.now(UTC).strftime(VERSION))  # noqa: TID251 - as `mix ecto.gen.migration` does
    reply = author(sentence, selection.change, moment, settings_of(selection))
    if format_ is Format.JSON:
        sys.stdout.write(as_json(reply))
    else:
        show(reply)
    for file in reply.files if write else ():
        place = selection.root / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(file.text.encode())
    raise typer.Exit(0 if reply.files else 1)
