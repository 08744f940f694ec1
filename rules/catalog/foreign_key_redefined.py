"""A column that `references` a table already gets its foreign key a second time.

`modify :column, references(...)` adds a foreign key and takes none away, unless `from:` says that the column was a
reference before. The new one has the name of the old one, and PostgreSQL refuses it.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:brands)

        create table(:products) do
          add :title, :string
          add :price, :integer
          add :brand_id, references(:brands)
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.DeleteProductsOfBrands do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :brand_id, references(:brands, on_delete: :delete_all, validate: false), from: :bigint
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.DeleteProductsOfBrands do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :brand_id, references(:brands, on_delete: :delete_all, validate: false),
            from: references(:brands)
        end
      end
    end
    ```

## Safe when
The old foreign key is dropped first, or the new one has a name of its own.

    ```elixir
    defmodule Shop.Repo.Migrations.NilifyBrands do
      use Ecto.Migration

      def up do
        drop constraint(:products, :products_brand_id_fkey)

        alter table(:products) do
          modify :brand_id, references(:brands, on_delete: :nilify_all, validate: false)
        end
      end

      def down do
        drop constraint(:products, :products_brand_id_fkey)

        alter table(:products) do
          modify :brand_id, references(:brands)
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#modify/3
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, ModifyColumn
from rules.ecto.types import Reference
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.was import from_edits
from rules.rule import Context, Rule
from rules.schema.model import Table
from rules.schema.notes import Clash

rule = Rule(__name__, Severity.OUTAGE, raises=True)


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find modifies that add a foreign key beside its predecessor of the same name."""
    for change, _ in context.clashes(Clash.TAKEN):
        if not isinstance(change, ModifyColumn) or not isinstance(change.type, Reference):
            continue
        if context.is_reversed and change.was is None:
            continue  # that `from:` is missing has been said
        message = f"PostgreSQL refuses a second foreign key `{change.type.constraint}`."
        table = context.schema.table(alter.table.name)
        yield rule.finding(change.span, context, message, context.offer(say_from, change, table, context))


def say_from(change: ModifyColumn, table: Table, context: Context) -> Rewrite:
    """Say in `from:` that the column was a reference, so that Ecto drops the old foreign key first."""
    edits = from_edits(context.migration.source, table, change)
    return Rewrite(f"Say what `{change.column}` refers to now", Safety.SAFE, edits)
