"""A table is dropped while code that uses it still runs.

While a migration runs, and until the last old node is gone, the code of the base branch runs. What it reads from the
table, and what it writes there, fails from the moment when the table is gone. Take the code out first, deploy that,
and drop the table in the next change.

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
      defstruct [:title]
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.DropProducts do
      use Ecto.Migration

      def up do
        drop table(:products)
      end

      def down do
        create table(:products) do
          add :title, :string
          add :weight, :integer
        end
      end
    end
    ```

## Safe when
No code of the base branch uses the table.

    ```elixir
    defmodule Shop.Repo.Migrations.DropFads do
      use Ecto.Migration

      def up do
        drop table(:fads)
      end

      def down do
        create table(:fads)
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#drop/2
- https://github.com/fly-apps/safe-ecto-migrations
"""

from collections.abc import Iterator

from rules.ecto.commands import DropTable, Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(DropTable, Execute, RepoCall)
def check(command: DropTable | Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find tables that the running code uses, and the code of the change no longer does."""
    for gone, use in context.stranded(command):
        if gone.column is None and gone.to is None:
            message = f"{use} runs meanwhile and uses {gone} ({use.place}): its queries fail from here on."
            yield rule.finding(gone.span, context, message)
