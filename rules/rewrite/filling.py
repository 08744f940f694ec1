"""A new column whose default is worked out for each row, in steps: the column, its default, the rows, NOT NULL."""

from dataclasses import dataclass

from rules.ecto.commands import AddColumn, AlterTable, Execute, Sql
from rules.ecto.migration import Migration
from rules.elixir.printer import habit_of, lines
from rules.elixir.syntax import Syntax
from rules.rewrite.backfill import Backfill
from rules.rewrite.edit import Edit, NewMigration
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.names import identifier, name_sql
from rules.rewrite.require import Requirement
from rules.schema.draft import key
from rules.schema.model import Column, Schema, Table
from rules.schema.replay import after
from rules.schema.written import writings
from rules.source import Span
from rules.sql.names import stored


@dataclass(frozen=True, slots=True)
class Filling:
    """A column that *alter* adds to a table, with a default in SQL that PostgreSQL would write into every row."""

    migration: Migration
    alter: AlterTable
    change: AddColumn
    default: str
    schema: Schema  # as the command meets it

    def edits(self) -> tuple[Edit, ...]:
        """Return the edits that leave the default out of the new column, and set it behind."""
        source, place = self.migration.source, self.change.place
        said = {option.key for option in self.change.options}
        if place.shared or place.piped is not None or place.options_at is None or not said <= {"default", "null"}:
            raise CannotWriteError("more is said of the column than its default")
        plain = Edit(Span(place.arguments[-1].end, place.options_at), "")
        column = source.column_at(self.alter.span.start) - 1
        written = "\n\n".join("\n".join(lines([one], column, habit_of(source))) for one in self._statements())
        behind = Span(self.alter.span.end, self.alter.span.end)
        return plain, Edit(behind, f"\n\n{written}")

    def follow_ups(self, *, lock: bool) -> tuple[NewMigration, ...]:
        """Return the migrations that fill the rows and, where NULL is refused, require the column."""
        update = f"UPDATE {self._table} SET {self._name} = {self.default} WHERE {self._name} IS NULL"  # noqa: S608 - identifiers are quoted, and it is written, not run
        command = Execute(self.alter.place, Sql(update, self.alter.span))
        (writing,) = writings(command)
        filled = Backfill(self.migration, self._made, writing, lock).follow_up()
        return (filled, self._required.follow_up()) if self.change.null is False else (filled,)

    @property
    def _made(self) -> Table:
        return after(self.schema, self.alter).table(key(self.alter.table.name))

    @property
    def _required(self) -> Requirement:
        column = self._made.columns.get(stored(self.change.column))
        if not isinstance(column, Column):
            raise CannotWriteError("the column is not known")
        return Requirement(self.migration, self._made, column)

    @property
    def _table(self) -> str:
        return name_sql(self.alter.table.name)

    @property
    def _name(self) -> str:
        return identifier(self.change.column)

    def _statements(self) -> list[Syntax]:
        action = f"ALTER TABLE {self._table} ALTER COLUMN {self._name}"
        set_, dropped = text(f"{action} SET DEFAULT {self.default}"), text(f"{action} DROP DEFAULT")
        reversible = self.migration.callback("change") is not None
        made: list[Syntax] = [call("execute", set_, dropped) if reversible else call("execute", set_)]
        return [*made, self._required.checked] if self.change.null is False else made
