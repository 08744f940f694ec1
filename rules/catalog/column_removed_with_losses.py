"""A column removed in `change` comes back on rollback only as far as the removal says what it was.

Ecto reverses `remove :column, type, options` by adding a column of just that type with just those options. A size, a
default, NOT NULL or a foreign key that is not written there is lost, and so is every index and constraint that used
the column. `mix ecto.rollback` reports success.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string, size: 80
          add :stock, :integer, null: false, default: 0
        end

        create unique_index(:products, [:title], where: "stock > 0")
        create constraint(:products, :stock_is_real, check: "stock >= 0")
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.ForgetStock do
      use Ecto.Migration

      def change do
        alter table(:products) do
          remove :stock, :integer
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
          remove :stock, :integer
        end
      end

      def down do
        alter table(:products) do
          add :stock, :integer, null: false, default: 0
        end

        create unique_index(:products, [:title], where: "stock > 0")
        create constraint(:products, :stock_is_real, check: "stock >= 0")
      end
    end
    ```

## Safe when
What was on the column goes first, and the column is written as it was.

    ```elixir
    defmodule Shop.Repo.Migrations.DropTitles do
      use Ecto.Migration

      def change do
        drop unique_index(:products, [:title], where: "stock > 0")

        alter table(:products) do
          remove :title, :string, size: 80
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#remove/3
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import AlterTable, RemoveColumn
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.inverse import dependents
from rules.rewrite.was import removal_edits
from rules.rule import Context, Rule
from rules.schema.model import Table
from rules.sql.names import stored

rule = Rule(__name__, Severity.RISK, about_rollback=True)

BESIDE: Final = "Write `down`, which restores the column and what was on it"


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find removals whose reversal leaves a difference."""
    for left in context.leftovers(alter):
        if isinstance(left.part, RemoveColumn) and not left.raises:
            table = left.schema.table(alter.table.name)
            rewrite = context.offer(say_all, left.part, table, context, otherwise=BESIDE)
            yield rule.finding(left.part.span, context, left.sentence, rewrite, left.differences)


def say_all(change: RemoveColumn, table: Table, context: Context) -> Rewrite:
    """Say all that the column was, where a `remove` can, and in `down` where it cannot."""
    if dependents(table, stored(change.column)):
        return context.split_change(BESIDE)
    edits = removal_edits(context.migration.source, table, change)
    return Rewrite(f"Say all that `{change.column}` was", Safety.SAFE, edits)
