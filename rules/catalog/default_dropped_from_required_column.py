"""A required column loses its default while code counts on it.

Ecto leaves fields that are nil out of an INSERT, so that the database's default applies. When the default goes and the
column stays NOT NULL, each insert without a value fails: at once in the code that runs meanwhile, and later wherever
the new code has forgotten one. Give the field a `default:` in the schema, deploy that, and drop the database's then.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :stock, :integer, null: false, default: 0
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.DropStockDefault do
      use Ecto.Migration

      def up do
        execute "ALTER TABLE products ALTER COLUMN stock DROP DEFAULT"
      end

      def down do
        execute "ALTER TABLE products ALTER COLUMN stock SET DEFAULT 0"
      end
    end
    ```

## Safe when
The column may be NULL as well, or another default takes the place of the old one.

    ```elixir
    defmodule Shop.Repo.Migrations.ChangeStockDefault do
      use Ecto.Migration

      def up do
        execute "ALTER TABLE products ALTER COLUMN stock SET DEFAULT 1"
      end

      def down do
        execute "ALTER TABLE products ALTER COLUMN stock SET DEFAULT 0"
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html
- https://hexdocs.pm/ecto/Ecto.Repo.html#c:insert/2
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, Execute, ModifyColumn
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.model import key
from rules.source import Span
from rules.sql.effects import ColumnDefaultChanged
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.RISK)


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find required columns that lose their default by `modify`."""
    for part in alter.changes:
        if isinstance(part, ModifyColumn) and "default" in part.options and part.default is None:
            yield from judged(alter.table.name, part.column, part.span, context)


@rule.on(Execute)
def check_sql(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find DROP DEFAULT."""
    for effect in execute.effects:
        if isinstance(effect, ColumnDefaultChanged) and effect.default is None:
            yield from judged(effect.table, effect.column, execute.span, context)


def judged(table: Name, column: str, span: Span, context: Context) -> Iterator[Finding]:
    """Say so where nothing else fills the column."""
    before = context.schema.table(table).columns.get(stored(column))
    after = context.end.table(table).columns.get(stored(column))
    if before is None or after is None or before.type != after.type:
        return  # worse is said of it
    had = isinstance(before.default, str) and before.default != "NULL"
    stays = after.null is False and after.default in {None, "NULL"}
    if (
        had
        and stays
        and context.is_live(table)
        and is_old(table, column, context)
        and not is_filled(table, column, context)
    ):
        message = f"Every insert that gives `{column}` no value fails from here on."
        yield rule.finding(span, context, message)


def is_old(table: Name, column: str, context: Context) -> bool:
    """Tell whether the column was there before the change, so that code counts on its default."""
    merged = context.background.merged.tables.get(key(table)) or context.start.table(table)
    return stored(column) in merged.columns


def is_filled(table: Name, column: str, context: Context) -> bool:
    """Tell whether the running code gives the column a value of its own."""
    fields = (schema.fields.get(stored(column)) for schema, _ in context.running.schemas(key(table)))
    return any(field is not None and field.has_default for field in fields)
