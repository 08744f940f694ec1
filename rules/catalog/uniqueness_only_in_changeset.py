"""A changeset expects a unique index that nobody makes.

`unique_constraint` looks at nothing by itself: it only translates the database's refusal. Without a unique index there
is none, and two rows of the same value get in. `unsafe_validate_unique` does look, but two requests at the same time
both find nothing.

## Given
    ```elixir
    # lib/shop/product.ex
    defmodule Shop.Product do
      use Ecto.Schema

      schema "products" do
        field :title, :string
      end

      def changeset(product, attributes) do
        product |> cast(attributes, [:title]) |> unique_constraint(:title)
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
        end
      end
    end
    ```

## Safe when
The index is made, in this migration or in the next.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
        end

        create unique_index(:products, [:title])
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto/Ecto.Changeset.html#unique_constraint/3
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, CreateTable
from rules.ecto.constraints import Expected
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.expected import Unmet, unmet
from rules.schema.model import PrimaryKey, Table, Unique, key
from rules.sql.names import stored

rule = Rule(__name__, Severity.RISK)


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find columns that a changeset takes for unique, and no index keeps so."""
    table = context.end.tables.get(key(command.table.name))
    parts = command.columns if isinstance(command, CreateTable) else command.changes
    added = {stored(part.column) for part in parts if isinstance(part, AddColumn)}
    for one in unmet(table, context.background.coming) if table is not None and context.on_postgres else ():
        is_meant = not added.isdisjoint(one.expected.columns) and table is not None and is_free(one, table)
        if is_meant:
            shown = ", ".join(f"`{column}`" for column in one.expected.columns)
            message = f"No index keeps {shown} unique, on which a changeset relies ({one.place})."
            yield rule.finding(command.span, context, message)
            return


def is_free(one: Unmet, table: Table) -> bool:
    """Tell whether nothing keeps the columns of a unique constraint apart."""
    columns = set(one.expected.columns)
    keys = [set(key.columns) for key in table.constraints.values() if isinstance(key, PrimaryKey | Unique)]
    is_there = columns <= set(table.columns) and one.instead is None
    is_meant = one.expected.kind is Expected.UNIQUE and not one.expected.given
    return is_meant and is_there and not any(key <= columns for key in keys)
