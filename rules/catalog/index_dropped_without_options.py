"""An index dropped in `change` without its options comes back on rollback as another index.

Ecto reverses `drop index(...)` by creating exactly the index that is written there. What the history said besides the
columns (`unique`, `where`, `using`, `include`, a direction) is lost, and uniqueness with it. `drop_if_exists` of an
index that was never there creates one on the way down.

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
    defmodule Shop.Repo.Migrations.ForgetTitles do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        drop index(:products, [:title], concurrently: true)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.ForgetTitles do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        drop unique_index(:products, [:title], where: "stock > 0", concurrently: true)
      end
    end
    ```

## Safe when
The index is written as it was created.

    ```elixir
    defmodule Shop.Repo.Migrations.DropTitles do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        drop unique_index(:products, [:title], where: "stock > 0", concurrently: true)
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#drop/2
"""

from collections.abc import Iterator

from rules.ecto.commands import DropIndex
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.was import index_edits
from rules.rule import Context, Rule
from rules.schema.model import Table

rule = Rule(__name__, Severity.RISK, about_rollback=True)


@rule.on(DropIndex)
def check(drop: DropIndex, context: Context) -> Iterator[Finding]:
    """Find indexes that a rollback makes otherwise than they were."""
    for left in context.leftovers(drop):
        if not left.raises:
            table = left.schema.table(drop.index.table)
            rewrite = context.offer(
                say_all, drop, table, context, otherwise="Write `down`, which makes the index again"
            )
            yield rule.finding(drop.span, context, left.sentence, rewrite, left.differences)


def say_all(drop: DropIndex, table: Table, context: Context) -> Rewrite:
    """Write the index as the history made it."""
    edits = index_edits(context.migration.source, drop.index, table)
    return Rewrite(f"Say all that `{drop.index.name}` was", Safety.SAFE, edits)
