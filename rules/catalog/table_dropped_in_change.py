"""A table dropped in `change` cannot be rolled back.

Ecto does not know what the table was and raises `Ecto.MigrationError` on the way down. An `up` that drops the table
and a `down` that makes it again, with its columns, indexes and constraints, can be rolled back; its rows are gone all
the same.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateCoupons do
      use Ecto.Migration

      def change do
        create table(:coupons) do
          add :code, :string, null: false
          add :percent, :integer, null: false, default: 10

          timestamps()
        end

        create unique_index(:coupons, [:code])
        create constraint(:coupons, :percent_is_small, check: "percent <= 50")
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.DropCoupons do
      use Ecto.Migration

      def change do
        drop table(:coupons)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.DropCoupons do
      use Ecto.Migration

      def up do
        drop table(:coupons)
      end

      def down do
        create table(:coupons) do
          add :code, :string, null: false
          add :percent, :integer, null: false, default: 10
          timestamps()
        end

        create unique_index(:coupons, [:code])
        create constraint(:coupons, :percent_is_small, check: "percent <= 50")
      end
    end
    ```

## Safe when
`up` drops the table and `down` makes it again.

    ```elixir
    defmodule Shop.Repo.Migrations.DropTheCoupons do
      use Ecto.Migration

      def up do
        drop table(:coupons)
      end

      def down do
        create table(:coupons) do
          add :code, :string, null: false
          add :percent, :integer, null: false, default: 10
          timestamps()
        end

        create unique_index(:coupons, [:code])
        create constraint(:coupons, :percent_is_small, check: "percent <= 50")
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#drop/2
"""

from collections.abc import Iterator

from rules.ecto.commands import DropTable
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.RISK, about_rollback=True)


@rule.on(DropTable)
def check(drop: DropTable, context: Context) -> Iterator[Finding]:
    """Find tables that Ecto cannot make again."""
    if context.is_reversed:
        message = f"Rolling back raises: nothing says what the table `{drop.table.name}` was."
        yield rule.finding(drop.span, context, message, context.offer(make_again, drop, context))


def make_again(drop: DropTable, context: Context) -> Rewrite:
    """Split `change`, so that `down` can make the table again."""
    return context.split_change(f"Write `down`, which makes `{drop.table.name}` again")
