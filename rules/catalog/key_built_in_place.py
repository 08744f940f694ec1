"""A unique constraint or primary key that builds its own index stops its table until the index is done.

PostgreSQL takes an `ACCESS EXCLUSIVE` lock, so that not even readers get through, reads the whole table and builds the
index. A unique index can be built concurrently before, and the constraint then takes it over in an instant.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :shop, :integer, null: false
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.KeyProductsByShop do
      use Ecto.Migration

      def change do
        execute "ALTER TABLE products ADD CONSTRAINT products_shop_key UNIQUE (shop, id)",
                "ALTER TABLE products DROP CONSTRAINT products_shop_key"
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.KeyProductsByShop do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create unique_index(:products, [:shop, :id], name: :products_shop_key, concurrently: true)
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.AddProductsShopKeyToProducts do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def up do
        execute "ALTER TABLE products ADD CONSTRAINT products_shop_key UNIQUE USING INDEX products_shop_key"
      end

      def down do
        drop constraint(:products, :products_shop_key)
        create unique_index(:products, [:shop, :id], name: :products_shop_key, concurrently: true)
      end
    end
    ```

## Safe when
The constraint takes over a unique index that was built concurrently by a migration before, or the table is born in the
same pull request.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateReviews do
      use Ecto.Migration

      def change do
        create table(:reviews) do
          add :code, :string
        end

        execute "ALTER TABLE reviews ADD CONSTRAINT one_review UNIQUE (code)",
                "ALTER TABLE reviews DROP CONSTRAINT one_review"
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import AlterTable, Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.taken_over import Takeover
from rules.rule import Context, Rule
from rules.schema.model import PrimaryKey, Unique
from rules.schema.replay import after
from rules.sql.effects import ConstraintAdded

rule = Rule(__name__, Severity.OUTAGE, locks=True)
KEYS: Final = frozenset({"PRIMARY KEY", "UNIQUE"})


@rule.on(AlterTable, Execute, RepoCall)
def check(command: AlterTable | Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find keys that build their index while their table is stopped."""
    for said in context.said(command):
        if not isinstance(said, ConstraintAdded) or said.constraint.kind not in KEYS:
            continue
        if said.constraint.using_index is None and context.is_busy(said.table):
            what = said.constraint.name or said.constraint.kind.lower()
            message = f"Nobody can read or write `{said.table}` while the index of `{what}` is built."
            rewrite = context.offer(build_before, said, command, context)
            yield rule.finding(command.span, context, message, rewrite)


def build_before(added: ConstraintAdded, command: AlterTable | Execute | RepoCall, context: Context) -> Rewrite:
    """Build the index concurrently, for the constraint to take it over."""
    table = context.schema.table(added.table)
    if not isinstance(command, Execute) or len(command.effects) > 1 or table.is_partitioned:
        raise CannotWriteError("the constraint is not all that the command adds, or the table has partitions")
    made = after(context.schema, command).table(added.table).constraints
    (constraint,) = (one for name, one in made.items() if name not in table.constraints)
    if not isinstance(constraint, PrimaryKey | Unique):
        raise CannotWriteError("what the constraint says is not known")
    return Takeover(context.migration, command, table, constraint, context.waits_for_lock).rewrite()
