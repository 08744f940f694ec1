"""A migration, read: what it would do forwards and backwards, and where its parts stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rules.ecto.commands import AlterTable, Command, CreateTable, Unread
from rules.ecto.values import Value
from rules.source import SourceFile, Span

MIGRATION_ERROR: Final = "Ecto.MigrationError"


@dataclass(frozen=True, slots=True)
class Failure:
    """The exception that Ecto would raise, and what in the text makes it."""

    kind: str  # the exception's module, such as `Ecto.MigrationError`
    message: str
    span: Span | None = None  # None where nothing stands in the file, as with a missing `down`
    command: Command | None = None  # the command that cannot be reversed, as it was queued
    deliberate: bool = False  # the migration says `raise`


@dataclass(frozen=True, slots=True)
class Run:
    """One direction: *commands* in the order in which they run, up to the *failure* if there is one.

    Without a transaction, what ran before the failure remains.
    """

    commands: tuple[Command, ...] = ()
    failure: Failure | None = None

    def unread(self) -> Iterator[Unread]:
        """Yield what could not be read, inside table blocks, too."""
        for command in self.commands:
            match command:
                case Unread():
                    yield command
                case CreateTable(columns=parts) | AlterTable(changes=parts):
                    yield from (part for part in parts if isinstance(part, Unread))
                case _:
                    pass


@dataclass(frozen=True, slots=True)
class Callback:
    """A public function that Ecto calls: change, up, down, after_begin or before_commit."""

    name: str
    span: Span  # from `def` to its `end`
    body: Span | None  # the expressions between `do` and `end`, or after `do:`; None for an empty body


@dataclass(frozen=True, slots=True)
class Attribute:
    """A module attribute as it stands, such as `@disable_ddl_transaction true`; the last of a name counts."""

    name: str
    value: Value
    span: Span


@dataclass(frozen=True, slots=True)
class Migration:
    """Everything that the layers above ask of one migration file."""

    source: SourceFile
    version: int | None
    module: str | None  # None where the file defines no migration
    up: Run
    down: Run
    callbacks: tuple[Callback, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    in_transaction: bool = True  # not @disable_ddl_transaction
    holds_lock: bool = True  # not @disable_migration_lock
    after_use: Span | None = None  # the empty span behind `use Ecto.Migration`, where attributes go on a new line
    module_end: Span | None = None  # the module's own `end`
    module_name: Span | None = None  # behind `defmodule`
    passed_over: tuple[Span, ...] = ()  # the names of further migrations in the file, which Ecto never runs
    reverses_change: bool = False  # the way down is computed from `change`, not written
    prefix: str | None = None  # of the migrator or the repo's configuration

    def callback(self, name: str) -> Callback | None:
        """Return the callback of that name, if the module exports it."""
        return next((callback for callback in self.callbacks if callback.name == name), None)

    def attribute(self, name: str) -> Attribute | None:
        """Return the module attribute that counts for *name*."""
        return next((found for found in reversed(self.attributes) if found.name == name), None)

    @property
    def heading(self) -> Span:
        """Where something is said of the file as a whole: at the module's name, else at the beginning."""
        return self.module_name or Span(0, 0)

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What could not be read, in the order of the text, once each."""
        found = {(part.span, part.reason): part for run in (self.up, self.down) for part in run.unread()}
        return tuple(found[key] for key in sorted(found))
