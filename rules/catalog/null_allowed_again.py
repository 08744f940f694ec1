"""A column may be NULL again, and code that reads it has never met that.

Running code may take it for granted that a value is there: it compares, adds up or shows it. Nothing fails in the
database. This rule is silent unless a repository asks for it.

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
    defmodule Shop.Repo.Migrations.ForgetStock do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :stock, :integer, null: true, from: {:integer, null: false}
        end
      end
    end
    ```

## Safe when
The column could be NULL before.

    ```elixir
    defmodule Shop.Repo.Migrations.ChangeTitles do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :title, :text, null: true, from: {:string, null: true}
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#modify/3
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, Execute, ModifyColumn
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.sql.effects import ColumnNullChanged
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.ADVICE, on_request=True)


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find columns that may be NULL from now on."""
    for part in alter.changes:
        if (
            isinstance(part, ModifyColumn)
            and part.null is True
            and was_required(alter.table.name, part.column, context)
        ):
            yield rule.finding(part.span, context, message(part.column))


@rule.on(Execute)
def check_sql(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find DROP NOT NULL."""
    for effect in execute.effects:
        if not isinstance(effect, ColumnNullChanged) or effect.not_null:
            continue
        if was_required(effect.table, effect.column, context):
            yield rule.finding(execute.span, context, message(effect.column))


def message(column: str) -> str:
    """Say who may be surprised."""
    return f"Code that reads `{column}` meets NULL from here on, where it never has."


def was_required(table: Name, column: str, context: Context) -> bool:
    """Tell whether the column of a table that code may know was NOT NULL."""
    found = context.schema.table(table).columns.get(stored(column))
    return context.is_live(table) and found is not None and found.null is False
