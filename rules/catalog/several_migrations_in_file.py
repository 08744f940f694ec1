"""Of several migrations in one file, Ecto runs the first and passes over the others.

A file is one version. Ecto takes the first of its modules that says `use Ecto.Migration`; the others are compiled and
never run, and nothing tells of it.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def change do
        create table(:brands)
      end
    end

    defmodule Shop.Repo.Migrations.CreateOffers do
      use Ecto.Migration

      def change do
        create table(:offers)
      end
    end
    ```

## Safe when
The other modules are no migrations.

    ```elixir
    defmodule Shop.Repo.Migrations.Names do
      def brands, do: :brands
    end

    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def change do
        create table(:brands)
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Mix.Tasks.Ecto.Migrate.html
- https://hexdocs.pm/ecto_sql/Ecto.Migrator.html
"""

from collections.abc import Iterator

from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find migrations behind the one that Ecto takes."""
    for name in migration.passed_over:
        yield rule.finding(name, context, f"Ecto runs `{migration.module}` of this file, and never this migration.")
