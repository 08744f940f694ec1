"""A table is renamed while code that knows it by its old name still runs.

The old code fails from the moment of the renaming until its last node is gone. A schema's module can be renamed
without its table: `schema "products"` stays. If the table has to be renamed, a view of the old name in the same
migration keeps the old code going, since PostgreSQL lets people write through a plain view. A move to another schema of
PostgreSQL is such a renaming, too, where the new code looks for the table there.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :weight, :integer
        end

        create table(:fads)
      end
    end
    ```

    ```elixir
    # lib/shop/product.ex
    defmodule Shop.Product do
      use Ecto.Schema

      schema "products" do
        field :title, :string
      end
    end
    ```

    ```elixir
    # lib/shop/product.ex
    defmodule Shop.Product do
      use Ecto.Schema

      schema "goods" do
        field :title, :string
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.RenameProducts do
      use Ecto.Migration

      def change do
        rename table(:products), to: table(:goods)
      end
    end
    ```

## Safe when
A view has the old name until the old code is gone, or no code used the table.

    ```elixir
    defmodule Shop.Repo.Migrations.RenameProducts do
      use Ecto.Migration

      def change do
        rename table(:products), to: table(:goods)

        execute "CREATE VIEW products AS SELECT * FROM goods", "DROP VIEW products"
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.RenameFads do
      use Ecto.Migration

      def change do
        rename table(:fads), to: table(:trends)
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#rename/2
"""

from collections.abc import Iterator

from rules.ecto.commands import Execute, RenameTable, RepoCall
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(RenameTable, Execute, RepoCall)
def check(command: RenameTable | Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find tables that the running code uses by the old name, and the code of the change no longer does."""
    for gone, use in context.stranded(command):
        if gone.column is None and gone.to is not None:
            message = f"{use} runs meanwhile and uses {gone} by its old name ({use.place}): its queries fail."
            yield rule.finding(gone.span, context, message)
