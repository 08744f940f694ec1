"""A column of another type beside an old one: filled in batches, and read by a later release in the old one's place."""

from collections.abc import Sequence
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
from rules.schema.model import Schema, key
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

    def _check(self) -> None:
        """Raise where a new column could not simply be filled from the old one."""
        table = self.schema.table(self.alter.table.name)
        old = table.columns.get(stored(self.change.column))
        new = type_name(self.change.type, self.change.options)
        if old is None or not isinstance(old.type, str) or not isinstance(new, str) or not castable(old.type, new):
            raise CannotWriteError("the values do not become the new type by themselves")
        if old.name in table.primary_key or table.foreign_key(old.name) is not None:
            raise CannotWriteError("a key of another type takes more than a column")
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


def filled(beside: Sequence[AnotherType], *, lock: bool) -> NewMigration:
    """Return the migration that fills new columns of one table, all of a row at once."""
    first, names = beside[0], [(identifier(one.name), identifier(one.change.column)) for one in beside]
    table = first.alter.table.name
    sets = ", ".join(f"{new} = {old}" for new, old in names)
    where = " OR ".join(f"{new} IS NULL AND {old} IS NOT NULL" for new, old in names)
    update = f"UPDATE {name_sql(table)} SET {sets} WHERE {where}"  # noqa: S608 - identifiers are quoted, and it is written, not run
    (writing,) = writings(Execute(first.alter.place, Sql(update, first.alter.span)))
    return Backfill(first.migration, first.schema.table(table), writing, lock).follow_up()
