"""New migrations: what a rewrite leaves for a later deployment step."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rules.ecto.migration import Migration
from rules.elixir.printer import STEP, habit_of, lines
from rules.elixir.syntax import Syntax
from rules.rewrite.edit import NewMigration
from rules.rewrite.elixir import CannotWriteError

NO_WORD: Final = re.compile(r"[^a-z0-9]+")
LONGEST_NAME: Final = 80  # characters of a file's name; PostgreSQL's identifiers are shorter


@dataclass(frozen=True, slots=True)
class Part:
    """What of *migration* becomes a migration named *name*, in `change` or in `up` and `down`."""

    migration: Migration
    name: str
    up: Sequence[Syntax]
    down: Sequence[Syntax] | None = None  # None: `up` is a `change`


def new_migration(part: Part, attributes: Iterable[str] = ()) -> NewMigration:
    """Return the file that runs *part*, in the style of the migration that it comes from."""
    if part.migration.module is None:
        raise CannotWriteError("there is no module to name the new one after")
    name = NO_WORD.sub("_", part.name.lower()).strip("_")[:LONGEST_NAME].rstrip("_")
    module = ".".join([*part.migration.module.split(".")[:-1], "".join(word.capitalize() for word in name.split("_"))])
    head = [f"defmodule {module} do", "  use Ecto.Migration", ""]
    said = [f"  @{attribute} true" for attribute in attributes]
    head += [*said, ""] if said else []
    callbacks = {"change": part.up} if part.down is None else {"up": part.up, "down": part.down}
    bodies = [_callback(part.migration, callback, statements) for callback, statements in callbacks.items()]
    return NewMigration(name, "\n".join([*head, "\n\n".join(bodies), "end", ""]))


def concurrent_migration(part: Part, *, lock: bool) -> NewMigration:
    """Return the file that runs *part* outside a transaction, and with *lock* without the migrator's lock."""
    attributes = ["disable_ddl_transaction", "disable_migration_lock"]
    return new_migration(part, attributes if lock else attributes[:1])


def _callback(migration: Migration, name: str, statements: Sequence[Syntax]) -> str:
    body = lines(statements, 2 * STEP, habit_of(migration.source))
    return "\n".join([f"  def {name} do", *body, "  end"])
