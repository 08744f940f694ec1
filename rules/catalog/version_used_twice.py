"""Two migrations have the same version, and Ecto runs one of them.

Ecto remembers which versions have run. Where the other file of the version has run, this one is skipped in silence;
where neither has, as on a new database, `mix ecto.migrate` raises and runs nothing.

## Given
    ```elixir
    # priv/repo/migrations/20240101120000_create_brands.exs
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def change do
        create table(:brands) do
          add :name, :string
        end
      end
    end
    ```

## Instead of
    ```elixir
    # priv/repo/migrations/20240101120000_create_offers.exs
    defmodule Shop.Repo.Migrations.CreateOffers do
      use Ecto.Migration

      def change do
        create table(:offers) do
          add :name, :string
        end
      end
    end
    ```

## Safe when
Each file has a version of its own.

    ```elixir
    # priv/repo/migrations/20240101120001_create_offers.exs
    defmodule Shop.Repo.Migrations.CreateOffers do
      use Ecto.Migration

      def change do
        create table(:offers) do
          add :name, :string
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Mix.Tasks.Ecto.Migrate.html
- https://hexdocs.pm/ecto_sql/Ecto.Migrator.html
"""

from collections.abc import Iterator

from rules.ecto.listing import Neighbours
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(Neighbours)
def check(neighbours: Neighbours, context: Context) -> Iterator[Finding]:
    """Find versions that a file of the same run has already."""
    if neighbours.same_version is not None:
        message = f"`{neighbours.same_version}` has this version, too: where it has run, Ecto skips this file."
        yield rule.finding(context.migration.heading, context, message)
