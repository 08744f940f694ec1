"""A new column that is worked out for each row, in steps: the column, its default, the rows, NOT NULL."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.ecto.adapter import quoted
from rules.ecto.commands import AddColumn, AlterTable, Execute, Sql
from rules.ecto.migration import Migration
from rules.ecto.types import NamedType
from rules.elixir.printer import habit_of, lines
from rules.elixir.syntax import Syntax
from rules.rewrite.backfill import Backfill
from rules.rewrite.edit import Edit, NewMigration
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.names import identifier, name_sql
from rules.rewrite.require import Requirement
from rules.schema.model import Column, Schema, Table
from rules.schema.raw import sequence_of
from rules.schema.replay import after
from rules.schema.written import writings
from rules.source import Span
from rules.sql.names import stored
from rules.sql.types import SERIALS


@dataclass(frozen=True, slots=True)
class Filling:
    """A column that *alter* adds to a table, with a default in SQL that PostgreSQL would write into every row."""

    migration: Migration
    alter: AlterTable
    change: AddColumn
    default: str
    schema: Schema  # as the command meets it
    plain_type: str | None = None  # of a serial: what it is without its sequence

    @classmethod
    def of_serial(cls, migration: Migration, alter: AlterTable, change: AddColumn, schema: Schema) -> "Filling":
        """Return the filling of a serial column, which a sequence of its own numbers."""
        kind = change.type.name if isinstance(change.type, NamedType) else ""
        if kind not in SERIALS:
            raise CannotWriteError("no sequence numbers the column")
        sequence = name_sql(sequence_of(alter.table.name, change.column))
        return cls(migration, alter, change, f"nextval({quoted(sequence)})", schema, SERIALS[kind])

    def edits(self) -> tuple[Edit, ...]:
        """Return the edits that leave the default out of the new column, and set it behind."""
        source, place = self.migration.source, self.change.place
        said = {option.key for option in self.change.options}
        if place.shared or place.piped is not None or place.options_at is None or not said <= {"default", "null"}:
            raise CannotWriteError("more is said of the column than its default")
        kind = place.arguments[-1]
        plain = Edit(Span(kind.start, place.options_at), f":{self.plain_type}" if self.plain_type else source[kind])
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
        return (filled, self._required.follow_up()) if self._is_required else (filled,)

    @property
    def _is_required(self) -> bool:
        return self.change.null is False or self.plain_type is not None

    @property
    def _made(self) -> Table:
        return after(self.schema, self.alter).table(self.alter.table.name)

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

    def _statements(self) -> Iterator[Syntax]:
        if self.plain_type is not None:
            sequence = name_sql(sequence_of(self.alter.table.name, self.change.column))
            counting = "" if self.plain_type == "bigint" else f" AS {self.plain_type}"
            made = f"CREATE SEQUENCE {sequence}{counting} OWNED BY {self._table}.{self._name}"
            yield self._executed(made, f"DROP SEQUENCE {sequence}")
        action = f"ALTER TABLE {self._table} ALTER COLUMN {self._name}"
        yield self._executed(f"{action} SET DEFAULT {self.default}", f"{action} DROP DEFAULT")
        if self._is_required:
            yield self._required.checked

    def _executed(self, there: str, back: str) -> Syntax:
        is_reversed = self.migration.callback("change") is not None
        return call("execute", text(there), *([text(back)] if is_reversed else []))
