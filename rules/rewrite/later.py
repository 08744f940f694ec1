"""A column that this release stops using, and that stays until a later release drops it."""

from collections.abc import Collection

from rules.ecto.commands import AlterTable, RemoveColumn
from rules.ecto.migration import Migration
from rules.elixir.printer import habit_of, lines
from rules.elixir.syntax import Syntax
from rules.rewrite.edit import Edit
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.names import identifier, name_sql
from rules.rewrite.place import remove_statement
from rules.schema.model import Table
from rules.source import Span
from rules.sql.names import stored


def kept(migration: Migration, alter: AlterTable, table: Table, columns: Collection[str]) -> tuple[Edit, ...]:
    """Return the edits that keep *columns* which *alter* removes; new code need not write those that are required."""
    going = [part for part in alter.changes if isinstance(part, RemoveColumn) and stored(part.column) in columns]
    if migration.callback("change") is None or alter.place.shared or any(part.place.shared for part in going):
        raise CannotWriteError("the way down brings the columns back, or they stand in a loop or a helper")
    freed = [_freed(table, stored(part.column)) for part in going if _is_required(table, stored(part.column))]
    source = migration.source
    margin = " " * (source.column_at(alter.span.start) - 1)
    written = "\n\n".join("\n".join(lines([one], len(margin), habit_of(source))) for one in freed).lstrip()
    if len(going) < len(alter.changes):
        before = Edit(Span(alter.span.start, alter.span.start), f"{written}\n\n{margin}")
        removed = [remove_statement(source, part.span) for part in going]
        return (before, *removed) if freed else tuple(removed)
    if freed:
        return (Edit(alter.span, written),)
    if len(migration.up.commands) == 1:
        raise CannotWriteError("the whole migration waits for a later release")
    return (remove_statement(source, alter.span),)


def _is_required(table: Table, column: str) -> bool:
    """Tell whether new code, which does not know the column, could not insert a row."""
    known = table.columns.get(column)
    if known is None:
        raise CannotWriteError("the column is not known")
    return known.null is False and known.default is None and known.generated is None


def _freed(table: Table, column: str) -> Syntax:
    action = f"ALTER TABLE {name_sql(table.name)} ALTER COLUMN {identifier(column)}"
    return call("execute", text(f"{action} DROP NOT NULL"), text(f"{action} SET NOT NULL"))
