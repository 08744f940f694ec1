"""A migration uses a module of the application, which goes on changing.

Today it fits. When a later change adds a field to the schema, this migration selects a column that a new database does
not have yet at this point; when the module is renamed or goes, it does not compile any more. Every fresh database, on
the machine of a colleague or in CI, runs all migrations with the code of that day. Name the table
(`from p in "products"`), or define a small schema within the migration.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :stock, :integer
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CountStock do
      use Ecto.Migration

      def up do
        repo().aggregate(Shop.Product, :count)
      end

      def down do
        :ok
      end
    end
    ```

## Safe when
The table is named, or the module stands in the migration.

    ```elixir
    defmodule Shop.Repo.Migrations.CountStock do
      use Ecto.Migration

      defmodule Product do
        use Ecto.Schema

        schema "products" do
          field :stock, :integer
        end
      end

      def up do
        repo().aggregate(Product, :count)
        repo().aggregate("products", :count)
      end

      def down do
        :ok
      end
    end
    ```

## Sources
- https://github.com/fly-apps/safe-ecto-migrations
- https://fly.io/phoenix-files/backfilling-data/
"""

from collections.abc import Iterator

from rules.ecto.foreign import application_modules
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity, listed
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.ADVICE)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find modules of the application that the migration uses on its way up."""
    used = application_modules(migration.source, migration.module or "")
    if used:
        shown = listed([one.module for one in used])
        message = f"{shown} will be as the code is when this runs, not as it was when this was written."
        yield rule.finding(used[0].span, context, message)
