"""A migration that is older than one already merged runs after it, and is not rolled back first.

Databases that have run the newer one run this one late, in another order than a new database does. And
`mix ecto.rollback` goes by the version: it undoes the newer migration, which was not deployed last.

## Given
    ```elixir
    # priv/repo/migrations/20240301120000_create_brands.exs
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
    # priv/repo/migrations/20240201120000_create_offers.exs
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
The version is newer than all that are merged.

    ```elixir
    # priv/repo/migrations/20240302120000_create_offers.exs
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
- https://hexdocs.pm/ecto_sql/Mix.Tasks.Ecto.Rollback.html
- https://hexdocs.pm/ecto_sql/Ecto.Migrator.html
"""

from collections.abc import Iterator

from rules.ecto.files import version_of
from rules.ecto.listing import Neighbours
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.RISK)


@rule.on(Neighbours)
def check(neighbours: Neighbours, context: Context) -> Iterator[Finding]:
    """Find new files whose version is lower than the newest on the base branch."""
    newest = version_of(neighbours.newest) if neighbours.newest is not None else None
    version = context.migration.version
    if newest is not None and version is not None and version < newest:
        message = f"This runs after the merged `{newest}`, and `mix ecto.rollback` undoes that one first."
        yield rule.finding(context.migration.heading, context, message)
