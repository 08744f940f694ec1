"""Two migrations have the same name, and a new database runs neither.

Ecto wants the names behind the versions to be unique among the migrations that it is about to run. A database that
has run the other file takes this one; a new one, as in CI, has both before it: `mix ecto.migrate` raises
`Ecto.MigrationError` and runs nothing.

## Given
    ```elixir
    # priv/repo/migrations/20240101120000_add_notes.exs
    defmodule Shop.Repo.Migrations.AddNotes do
      use Ecto.Migration

      def change do
        create table(:notes) do
          add :name, :string
        end
      end
    end
    ```

## Instead of
    ```elixir
    # priv/repo/migrations/20240102120000_add_notes.exs
    defmodule Shop.Repo.Migrations.AddNotesToOffers do
      use Ecto.Migration

      def change do
        create table(:offers) do
          add :name, :string
        end
      end
    end
    ```

## Safe when
Each file has a name of its own.

    ```elixir
    # priv/repo/migrations/20240102120000_add_notes_to_offers.exs
    defmodule Shop.Repo.Migrations.AddNotesToOffers do
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

rule = Rule(__name__, Severity.RISK)


@rule.on(Neighbours)
def check(neighbours: Neighbours, context: Context) -> Iterator[Finding]:
    """Find names that a file of the same run has already."""
    if neighbours.same_name is not None:
        message = f"A new database runs neither this file nor `{neighbours.same_name}`: they have one name."
        yield rule.finding(context.migration.heading, context, message)
