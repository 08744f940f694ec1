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
    name = file_name(part.name)
    callbacks = {"change": part.up} if part.down is None else {"up": part.up, "down": part.down}
    habit = habit_of(part.migration.source)
    functions = [function(callback, lines(body, 2 * STEP, habit)) for callback, body in callbacks.items()]
    return NewMigration(name, module_text(beside(part.migration.module, name), attributes, functions))


def concurrent_migration(part: Part, *, lock: bool) -> NewMigration:
    """Return the file that runs *part* outside a transaction, and with *lock* without the migrator's lock."""
    attributes = ["disable_ddl_transaction", "disable_migration_lock"]
    return new_migration(part, attributes if lock else attributes[:1])


def file_name(words: str) -> str:
    """Return the name of a file, without version and extension, that says *words*."""
    return NO_WORD.sub("_", words.lower()).strip("_")[:LONGEST_NAME].rstrip("_")


def beside(module: str, name: str) -> str:
    """Return the module of the file *name*, in the same place as *module*."""
    return ".".join([*module.split(".")[:-1], "".join(word.capitalize() for word in name.split("_"))])


def function(name: str, body: Iterable[str]) -> list[str]:
    """Return the lines of a function without arguments, as they stand in a module; *body* is indented already."""
    return [f"  def {name} do", *body, "  end"]


def module_text(module: str, attributes: Iterable[str], functions: Iterable[Sequence[str]]) -> str:
    """Return the file that defines a migration, with *attributes* set and the lines of its *functions*."""
    said = [f"  @{attribute} true" for attribute in attributes]
    head = [f"defmodule {module} do", "  use Ecto.Migration", "", *said, *([""] if said else [])]
    return "\n".join([*head, "\n\n".join("\n".join(one) for one in functions), "end", ""])
