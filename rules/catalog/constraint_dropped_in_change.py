"""A constraint dropped in `change` cannot be rolled back.

Ecto does not reverse `drop constraint(...)`, not even with `check:` behind it, and raises `Ecto.MigrationError` on the
way down. A `down` that creates the constraint again can be rolled back.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string, size: 80
          add :stock, :integer, null: false
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
        drop constraint(:products, :stock_is_real)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.ForgetStock do
      use Ecto.Migration

      def up do
        drop constraint(:products, :stock_is_real)
      end

      def down do
        create constraint(:products, :stock_is_real, check: "stock >= 0")
      end
    end
    ```

## Safe when
`down` creates the constraint again.

    ```elixir
    defmodule Shop.Repo.Migrations.DropStock do
      use Ecto.Migration

      def up do
        drop constraint(:products, :stock_is_real)
      end

      def down do
        create constraint(:products, :stock_is_real, check: "stock >= 0")
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#constraint/3
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#drop/2
"""

from collections.abc import Iterator

from rules.ecto.commands import DropConstraint
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite
from rules.rule import Context, Rule
from rules.sql.names import stored

rule = Rule(__name__, Severity.RISK, about_rollback=True)


@rule.on(DropConstraint)
def check(drop: DropConstraint, context: Context) -> Iterator[Finding]:
    """Find constraints that Ecto does not create again."""
    if context.is_reversed:
        message = f"Rolling back raises: Ecto does not create `{stored(drop.constraint.name)}` again."
        yield rule.finding(drop.span, context, message, context.offer(make_again, drop, context))


def make_again(drop: DropConstraint, context: Context) -> Rewrite:
    """Split `change`, so that `down` can create the constraint again."""
    return context.split_change(f"Write `down`, which creates `{stored(drop.constraint.name)}` again")
