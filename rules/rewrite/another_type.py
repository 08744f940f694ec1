"""A column of another type beside an old one: filled in batches, and read by a later release in the old one's place."""

from dataclasses import dataclass
from typing import Final

from rules.ecto.commands import AlterTable, Command, Execute, ModifyColumn, Sql
from rules.ecto.migration import Migration
from rules.ecto.types import Reference
from rules.rewrite.backfill import Backfill
from rules.rewrite.definition import TYPE_OPTIONS
from rules.rewrite.edit import Edit, NewMigration
from rules.rewrite.elixir import CannotWriteError, atom, call, type_of, written_options
from rules.rewrite.names import identifier, name_sql
from rules.rewrite.place import put_statement
from rules.schema.casts import castable
from rules.schema.draft import key
from rules.schema.model import Schema
from rules.schema.types import type_name
from rules.schema.written import writings
from rules.source import Span
from rules.sql.names import stored

KEPT: Final = TYPE_OPTIONS | {"comment"}  # a default would make rows look filled that are not


@dataclass(frozen=True, slots=True)
class AnotherType:
    """A column that a `modify` of *alter* would give a type for which every row is written anew."""

    migration: Migration
    alter: AlterTable
    change: ModifyColumn
    schema: Schema  # as the command meets it

    @property
    def name(self) -> str:
        """What the new column is called."""
        return f"new_{self.change.column}"

    def edits(self) -> tuple[Edit, ...]:
        """Return the edits that add the new column in the place of the change; a written way down removes it."""
        self._check()
        options = [option for option in written_options(self.change.options) if option[0] in KEPT]
        added = call("add", atom(self.name), type_of(self.change.type), options=options)
        source = self.migration.source
        removed = call("remove", atom(self.name))
        undone = [edit for span in self._changed_back() for edit in put_statement(source, span, removed)]
        return (*put_statement(source, self.change.span, added), *undone)

    def follow_up(self, *, lock: bool) -> NewMigration:
        """Return the migration that fills the new column."""
        table, old, new = name_sql(self.alter.table.name), identifier(self.change.column), identifier(self.name)
        update = f"UPDATE {table} SET {new} = {old} WHERE {new} IS NULL AND {old} IS NOT NULL"  # noqa: S608 - identifiers are quoted, and it is written, not run
        (writing,) = writings(Execute(self.alter.place, Sql(update, self.alter.span)))
        return Backfill(self.migration, self.schema.table(key(self.alter.table.name)), writing, lock).follow_up()

    def _check(self) -> None:
        """Raise where a new column could not simply be filled from the old one."""
        table = self.schema.table(key(self.alter.table.name))
        old = table.columns.get(stored(self.change.column))
        new = type_name(self.change.type, self.change.options)
        if old is None or not isinstance(old.type, str) or not isinstance(new, str) or not castable(old.type, new):
            raise CannotWriteError("the values do not become the new type by themselves")
        is_alone = not self.change.place.shared and self.change.place.piped is None
        if stored(self.name) in table.columns or not is_alone or isinstance(self.change.type, Reference):
            raise CannotWriteError("the column is not plain, or the new name is taken")

    def _changed_back(self) -> list[Span]:
        if self.migration.callback("down") is None:
            return []
        found = [part.span for command in self.migration.down.commands for part in self._parts(command)]
        if not found:
            raise CannotWriteError("the way down does not change the type back")
        return found

    def _parts(self, command: Command) -> list[ModifyColumn]:
        is_here = isinstance(command, AlterTable) and key(command.table.name) == key(self.alter.table.name)
        parts = command.changes if isinstance(command, AlterTable) and is_here else ()
        return [one for one in parts if isinstance(one, ModifyColumn) and one.column == self.change.column]
