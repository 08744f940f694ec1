"""A `modify` that only sets a default or allows NULL makes PostgreSQL check rows and build indexes again.

Ecto always sends the column's type along. PostgreSQL does not rewrite the table for a type that stays, but it holds
every row against the checks that mention the column and builds its partial indexes and those of expressions anew,
while nobody can read or write the table. The one action of `ALTER TABLE` that is meant takes an instant.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :number, :integer
          add :title, :text
        end

        create constraint(:products, :number_is_positive, check: "number > 0")
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.NumberFromOne do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :number, :integer, default: 1, from: {:integer, default: nil}
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.NumberFromOne do
      use Ecto.Migration

      def change do
        execute "ALTER TABLE products ALTER COLUMN number SET DEFAULT 1",
                "ALTER TABLE products ALTER COLUMN number DROP DEFAULT"
      end
    end
    ```

## Safe when
No check and no such index mentions the column.

    ```elixir
    defmodule Shop.Repo.Migrations.NameThem do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :title, :text, default: "", from: {:text, default: nil}
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#modify/3
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable
from rules.finding import Finding, Severity
from rules.postgres.effects.retyping import checked, rebuilt
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.subcommand import without_type
from rules.rule import Context, Rule
from rules.schema.beliefs import only_restates
from rules.schema.model import Column
from rules.sql.effects import ColumnTypeChanged
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE, locks=True)


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find types that are only repeated, for which PostgreSQL reads the table."""
    table = context.schema.table(alter.table.name)
    for said in context.said(alter) if context.is_busy(table.name) else ():
        change = alter.modified(said.column) if isinstance(said, ColumnTypeChanged) else None
        old = table.columns.get(stored(change.column)) if change else None
        if not isinstance(said, ColumnTypeChanged) or not change or not old or not only_restates(change, old):
            continue
        if rebuilt(table, said, old) or checked(table, old.name):
            message = f"Repeating the type of `{change.column}` makes PostgreSQL read `{table.name}` under a lock."
            yield rule.finding(change.span, context, message, context.offer(leave_type, alter, old, context))


def leave_type(alter: AlterTable, old: Column, context: Context) -> Rewrite:
    """Say what is meant, and nothing of the type."""
    edits = without_type(context.migration, alter, old, context.said(alter))
    return Rewrite("Leave the type alone", Safety.SAFE, edits)
