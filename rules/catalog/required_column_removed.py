"""A required column that is removed cannot come back to a table with rows: there is no value to give them.

The reversal of `remove :stock, :integer, null: false` adds a column that may not be NULL and has no default.
PostgreSQL refuses that as soon as the table holds one row, so the rollback passes on the empty database of the tests
and fails in production. A default for the moment, dropped again, lets the rows in and restores the column as it was;
which value that is, a person must say.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :stock, :integer, null: false
          add :weight, :integer, null: false, default: 0
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.ForgetStock do
      use Ecto.Migration

      def change do
        alter table(:products) do
          remove :stock, :integer, null: false
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.ForgetStock do
      use Ecto.Migration

      def up do
        alter table(:products) do
          remove :stock, :integer, null: false
        end
      end

      def down do
        alter table(:products) do
          add :stock, :integer, null: false, default: 0
        end

        execute "ALTER TABLE products ALTER COLUMN stock DROP DEFAULT"
      end
    end
    ```

## Safe when
The column had a default, or may be NULL.

    ```elixir
    defmodule Shop.Repo.Migrations.ForgetWeight do
      use Ecto.Migration

      def change do
        alter table(:products) do
          remove :weight, :integer, null: false, default: 0
          remove :title, :string
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#remove/3
"""

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from rules.ecto.commands import AddColumn, AlterTable
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity, Verdict
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.inverse import undo_all
from rules.rewrite.names import identifier, name_sql
from rules.rewrite.place import rewritten_down, split_change
from rules.rule import Context, Rule
from rules.schema.casts import base
from rules.schema.dependence import constraint_uses, index_uses
from rules.schema.made import column_of
from rules.schema.model import Column, Schema, Table, key
from rules.sql.names import stored

rule = Rule(__name__, Severity.RISK, about_rollback=True)

# Something that every type of that name holds; what the rows mean by it is for a person to say.
NEUTRAL: Final = {
    **dict.fromkeys(("smallint", "integer", "bigint", "numeric", "real", "double precision"), "0"),
    **dict.fromkeys(("text", "character varying", "citext"), "''"),
    **dict.fromkeys(("timestamp without time zone", "timestamp with time zone"), "now()"),
    "boolean": "false",
    "date": "CURRENT_DATE",
    "jsonb": "'{}'",
    "json": "'{}'",
}


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find columns that a rollback adds NOT NULL, without a value, to a table that may hold rows."""
    del migration
    if context.proof.verdict is not Verdict.FAILS_ON_DATA:
        return
    for command, _ in context.passage.way_back:
        table = context.start.tables.get(key(command.table.name)) if isinstance(command, AlterTable) else None
        for part in command.changes if isinstance(command, AlterTable) and table is not None else ():
            if isinstance(part, AddColumn) and table is not None and _has_no_value(part, table):
                message = f"A rollback fails if `{table.name}` has any row: `{part.column}` comes back without a value."
                yield rule.finding(part.span, context, message, context.offer(bring_back, part, table, context))


def _has_no_value(part: AddColumn, table: Table) -> bool:
    column = column_of(part, table.name)
    return column.null is False and column.default in {None, "NULL"} and column.generated is None


def bring_back(part: AddColumn, table: Table, context: Context) -> Rewrite:
    """Bring the column back with a value, or where none does for every row, to a table without any."""
    try:
        return give_value(part, table, context)
    except CannotWriteError:
        return empty_first(table, context)


def empty_first(table: Table, context: Context) -> Rewrite:
    """Delete the rows before the column comes back, as its title says: a person has to want that."""
    write = split_change if context.is_reversed else rewritten_down
    delete = call("execute", text(f"DELETE FROM {name_sql(table.name)}"))  # noqa: S608 - it is written, not run
    title = f"Let a rollback delete every row of `{table.name}` first"
    return Rewrite(title, Safety.REVIEW, write(context.migration, [delete, *undo_all(context.before)]))


def give_value(part: AddColumn, table: Table, context: Context) -> Rewrite:
    """Bring the column back with a default, and drop that again."""
    back = [one for one, _ in context.passage.way_back if isinstance(one, AlterTable)]
    parts = [part for one in back if key(one.table.name) == table.name for part in one.changes]
    added = [one for one in parts if isinstance(one, AddColumn) and _has_no_value(one, table)]
    columns = {name: _filled(table, name) for name in (stored(one.column) for one in added)}
    filled = replace(table, columns={**table.columns, **columns})
    dropped = ", ".join(f"ALTER COLUMN {identifier(name)} DROP DEFAULT" for name in columns)
    before = [(command, _with(filled, schema)) for command, schema in context.before]
    write = split_change if context.is_reversed else rewritten_down
    drop = call("execute", text(f"ALTER TABLE {name_sql(table.name)} {dropped}"))
    return Rewrite(
        f"Bring `{part.column}` back with a value", Safety.REVIEW, write(context.migration, [*undo_all(before), drop])
    )


def _filled(table: Table, name: str) -> Column:
    """Return a column with a value that does for every row as its default."""
    column = table.columns.get(name)
    value = NEUTRAL.get(base(str(column.type))) if column is not None else None
    kept_apart = any(one.unique is not False for one in table.indexes.values() if index_uses(one, name))
    restricted = kept_apart or any(constraint_uses(one, name) for one in table.constraints.values())
    if column is None or value is None or restricted:
        raise CannotWriteError("no value does for every row")
    return replace(column, default=value)


def _with(table: Table, schema: Schema) -> Schema:
    """Return *schema* with *table* in the place of its own; later ones are not asked for what is gone."""
    if table.name not in schema.tables:
        return schema
    return replace(schema, tables=MappingProxyType({**schema.tables, table.name: table}))
