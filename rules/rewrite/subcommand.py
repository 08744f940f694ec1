"""A `modify` that only allows NULL or sets a default, written as the one action of ALTER TABLE that does it."""

from rules.ecto.commands import AlterTable, ModifyColumn
from rules.ecto.migration import Migration
from rules.elixir.printer import habit_of, lines
from rules.rewrite.edit import Edit
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.names import identifier, name_sql
from rules.rewrite.place import set_apart
from rules.schema.model import Column
from rules.sql.effects import ColumnDefaultChanged, ColumnNullChanged, Effect


def without_type(migration: Migration, alter: AlterTable, column: Column, said: tuple[Effect, ...]) -> tuple[Edit, ...]:
    """Return the edits that put SQL in the place of an `alter` that modifies *column* only, and its type not at all.

    *said* is what the SQL of the `alter` says.
    """
    if len(alter.changes) != 1 or not isinstance(alter.changes[0], ModifyColumn) or alter.place.shared:
        raise CannotWriteError("the table is altered otherwise, too")
    if "comment" in alter.changes[0].options or alter.table.comment is not None:
        raise CannotWriteError("a comment is changed, too")
    there = [_action(one) for one in said if isinstance(one, ColumnNullChanged | ColumnDefaultChanged)]
    back = [_reverse(one, column) for one in said if isinstance(one, ColumnNullChanged | ColumnDefaultChanged)]
    if not there:
        raise CannotWriteError("more than a default or NULL is changed")
    if migration.callback("change") is None:
        back = []
    head, name = f"ALTER TABLE {name_sql(alter.table.name)}", f"ALTER COLUMN {identifier(column.name)}"
    statements = [
        text(f"{head} {', '.join(f'{name} {one}' for one in actions)}") for actions in (there, back) if actions
    ]
    source = migration.source
    indent = source.column_at(alter.span.start) - 1
    written = "\n".join(lines([call("execute", *statements)], indent, habit_of(source))).lstrip()
    return (Edit(alter.span, written), *(set_apart(source, alter.span) if "\n" in written else ()))


def _action(said: ColumnNullChanged | ColumnDefaultChanged) -> str:
    if isinstance(said, ColumnNullChanged):
        return "SET NOT NULL" if said.not_null else "DROP NOT NULL"
    return _default(said.default)


def _reverse(said: ColumnNullChanged | ColumnDefaultChanged, column: Column) -> str:
    if isinstance(said, ColumnNullChanged):
        if not isinstance(column.null, bool):
            raise CannotWriteError("whether NULL was allowed is not known")
        return "DROP NOT NULL" if column.null else "SET NOT NULL"
    if column.default is not None and not isinstance(column.default, str):
        raise CannotWriteError("what the default was is not known")
    return _default(column.default)


def _default(sql: str | None) -> str:
    return "DROP DEFAULT" if sql is None or sql.upper() == "NULL" else f"SET DEFAULT {sql}"
