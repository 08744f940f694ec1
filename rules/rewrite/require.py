"""A column made NOT NULL in two steps: a check that reads no row yet, and what believes it once it is validated."""

from dataclasses import dataclass

from rules.ecto.commands import AlterTable, Command, DropTable, Execute, ModifyColumn, RemoveColumn, Sql
from rules.ecto.migration import Migration
from rules.elixir.printer import habit_of, lines
from rules.elixir.syntax import List, Syntax
from rules.rewrite.definition import constraint_dropped
from rules.rewrite.edit import Edit, NewMigration
from rules.rewrite.elixir import CannotWriteError, atom, call, literal, text
from rules.rewrite.follow_up import Part, new_migration
from rules.rewrite.names import identifier, name_sql
from rules.rewrite.place import indent_at, put_statement, remove_statement
from rules.schema.model import Column, Table, key
from rules.schema.types import type_name
from rules.source import SourceFile, Span
from rules.sql.effects import ColumnNullChanged
from rules.sql.names import stored


@dataclass(frozen=True, slots=True)
class Requirement:
    """A column of a table that a migration makes required."""

    migration: Migration
    table: Table
    column: Column

    @property
    def name(self) -> str:
        """The name of the check that comes first."""
        return f"{self.table.name.name}_{self.column.name}_not_null"

    @property
    def checked(self) -> Syntax:
        """The command that adds the check, without reading a row."""
        options = [("check", text(f"{identifier(self.column.name)} IS NOT NULL")), ("validate", literal(value=False))]
        prefix = [("prefix", text(self.table.name.prefix))] if self.table.name.prefix else []
        named = atom(self.table.name.name), atom(self.name)
        return call("create", call("constraint", *named, options=[*prefix, *options]))

    @property
    def unchecked(self) -> Syntax:
        """The command that drops the check."""
        return constraint_dropped(self.table.name, self.name)

    def edits(self, command: AlterTable | Execute) -> tuple[Edit, ...]:
        """Return the edits that put the check in the place of NOT NULL, and drop it on a way down that is written."""
        made = self._replaced(command, self.checked)
        return (*made, *self._on_the_way_down()) if self.migration.callback("down") else made

    def follow_up(self) -> NewMigration:
        """Return the migration that validates the check, requires the column and drops the check."""
        table, column = name_sql(self.table.name), identifier(self.column.name)
        up = [
            call("execute", text(f"ALTER TABLE {table} VALIDATE CONSTRAINT {identifier(self.name)}")),
            call("execute", text(f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL")),
            self.unchecked,
        ]
        down = [self.checked, call("execute", text(f"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL"))]
        return new_migration(Part(self.migration, f"require_{self.table.name.name}_{self.column.name}", up, down))

    def _replaced(self, command: AlterTable | Execute, by: Syntax, *, before: bool = False) -> tuple[Edit, ...]:
        """Take NOT NULL out of *command*, and write *by* in its place or beside it."""
        source, span = self.migration.source, command.span
        if command.place.shared:
            raise CannotWriteError("the command stands in a loop or a helper")
        if isinstance(command, Execute) or (len(command.changes) == 1 and self._is_all(command.changes[0])):
            return put_statement(source, span, by)
        written = "\n".join(lines([by], source.column_at(span.start) - 1, habit_of(source))).lstrip()
        margin = "\n\n" + " " * indent_at(source, span.start)
        beside = (
            Edit(Span(span.start, span.start), written + margin)
            if before
            else Edit(Span(span.end, span.end), margin + written)
        )
        (change,) = (one for one in command.changes if isinstance(one, ModifyColumn) and self._is_meant(one))
        if self._is_all(change):
            return (remove_statement(source, change.span), beside)
        return (_without_null(source, change), beside)

    def _is_meant(self, change: ModifyColumn) -> bool:
        return stored(change.column) == self.column.name

    def _is_all(self, change: object) -> bool:
        """Tell whether a modify does nothing but allow or refuse NULL."""
        return (
            isinstance(change, ModifyColumn)
            and {option.key for option in change.options} <= {"null"}
            and type_name(change.type, change.options) == self.column.type
        )

    def _on_the_way_down(self) -> tuple[Edit, ...]:
        for command in self.migration.down.commands:
            if self._goes_away(command):
                return ()
            if self._allows_null(command) and isinstance(command, AlterTable | Execute):
                return self._replaced(command, self.unchecked, before=True)
        raise CannotWriteError("the way down does not say that the column may be NULL again")

    def _goes_away(self, command: Command) -> bool:
        """Tell whether the column goes, and the check with it."""
        match command:
            case DropTable(table=table):
                return key(table.name) == self.table.name
            case AlterTable(table=table, changes=changes):
                removed = {stored(one.column) for one in changes if isinstance(one, RemoveColumn)}
                return key(table.name) == self.table.name and self.column.name in removed
            case _:
                return False

    def _allows_null(self, command: Command) -> bool:
        match command:
            case AlterTable(table=table, changes=changes):
                meant = [one for one in changes if isinstance(one, ModifyColumn) and self._is_meant(one)]
                return key(table.name) == self.table.name and any(one.null for one in meant)
            case Execute(runs=Sql() as sql):
                return null_changes(sql) == [ColumnNullChanged(self.table.name, self.column.name, not_null=False)]
            case _:
                return False


def null_changes(sql: Sql) -> list[ColumnNullChanged]:
    """Return what SQL says of NOT NULL if it says nothing else; otherwise nothing."""
    changes = [effect for effect in sql.effects if isinstance(effect, ColumnNullChanged)]
    return changes if len(changes) == len(sql.effects) else []


def _without_null(source: SourceFile, change: ModifyColumn) -> Edit:
    option, options = change.options.option("null"), change.place.call.args[-1]
    if option is None or option.span is None or not isinstance(options, List):
        raise CannotWriteError("`null:` does not stand there")
    earlier = [item.end for item in options.items if item.end < option.span.start]
    start = max(earlier, default=change.place.call.args[-2].end)
    if source.text[start : option.span.start].strip(", \n"):
        raise CannotWriteError("something stands before `null:`")
    return Edit(Span(start, option.span.end), "")
