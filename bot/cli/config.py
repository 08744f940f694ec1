"""`ecto-fix config`: what the repository's configuration says, or what is wrong with it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.local.repository import CONFIGURATION, root_of
from bot.cli.main import CannotRun
from bot.cli.printable import printable
from rules.catalog import names
from rules.settings import Settings, from_yaml, said
from rules.settings.keys import schema


def command(
    path: Annotated[
        Path | None, typer.Argument(help="The file to read; else the repository's.", dir_okay=False)
    ] = None,
    *,
    show_schema: Annotated[bool, typer.Option("--schema", help="Print the file's JSON Schema instead.")] = False,
) -> None:
    """Check .github/ecto-fix.yml, and print what differs from the defaults.

    Exit status: 0 all of it is understood, 1 there are mistakes, 2 there is no such file, or it could not be read.
    """
    if show_schema:
        print(json.dumps(schema(names()), indent=2))
        return
    named = path or Path(CONFIGURATION)
    try:
        read = from_yaml((path or root_of([Path()]) / CONFIGURATION).read_text(encoding="utf-8"), names())
    except FileNotFoundError:
        raise CannotRun(f"there is no {named}; without it the defaults count") from None
    except UnicodeDecodeError:
        raise CannotRun(f"{named} is not UTF-8") from None
    if not isinstance(read, Settings):
        for complaint in read:
            print(printable(f"{named}:{complaint.line}: {complaint.message}"))
        raise typer.Exit(1)
    told = [printable(f"{key}: {value}") for key, value in said(read)]
    print("\n".join(told) if told else "# nothing differs from the defaults")
