"""`ecto-fix config`: what the repository's configuration says, or what is wrong with it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.main import CannotRun
from bot.cli.printable import printable
from rules.catalog import names
from rules.settings import Settings, from_yaml, said
from rules.settings.keys import schema

FILE = Path(".github/ecto-fix.yml")


def command(
    path: Annotated[Path, typer.Argument(help="The file to read.", dir_okay=False)] = FILE,
    *,
    show_schema: Annotated[bool, typer.Option("--schema", help="Print the file's JSON Schema instead.")] = False,
) -> None:
    """Check .github/ecto-fix.yml, and print what differs from the defaults; exit 1 where it cannot be read."""
    if show_schema:
        print(json.dumps(schema(names()), indent=2))
        return
    try:
        read = from_yaml(path.read_text(encoding="utf-8"), names())
    except FileNotFoundError:
        raise CannotRun(f"there is no {path}; without it the defaults count") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRun(f"{path} cannot be read: {error}") from None
    if not isinstance(read, Settings):
        for complaint in read:
            print(printable(f"{path}:{complaint.line}: {complaint.message}"))
        raise typer.Exit(1)
    for key, value in said(read):
        print(printable(f"{key}: {value}"))
