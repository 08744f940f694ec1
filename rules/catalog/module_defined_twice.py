"""Two migrations define the same module, and one of them runs twice.

Ecto compiles all files that it is about to run before it runs the first. The module that is compiled last replaces the
other: what it does runs under both versions, and what the other does never runs. A database that has run the first
file already is spared; a new one is not.

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
    # priv/repo/migrations/20240102120000_add_offers.exs
    defmodule Shop.Repo.Migrations.AddNotes do
      use Ecto.Migration

      def change do
        create table(:offers) do
          add :name, :string
        end
      end
    end
    ```

## Write
    ```elixir
    # priv/repo/migrations/20240102120000_add_offers.exs
    defmodule Shop.Repo.Migrations.AddOffers do
      use Ecto.Migration

      def change do
        create table(:offers) do
          add :name, :string
        end
      end
    end
    ```

## Safe when
Each file has a module of its own.

    ```elixir
    # priv/repo/migrations/20240102120000_add_offers.exs
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
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.module_name import named_after_file
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(Neighbours)
def check(neighbours: Neighbours, context: Context) -> Iterator[Finding]:
    """Find modules that a file of the same run defines already."""
    if neighbours.same_module is not None:
        where = "Every" if neighbours.is_twin_new else "A new"
        message = f"{where} database runs this in the place of `{neighbours.same_module}`, too: they are one module."
        rewrite = context.offer(name_after_file, context.migration, neighbours)
        finding = rule.finding(context.migration.heading, context, message, rewrite)
        yield finding if neighbours.is_twin_new else rule.milder(finding, context, Severity.RISK)


def name_after_file(migration: Migration, neighbours: Neighbours) -> Rewrite:
    """Give the module the name that its file has."""
    return Rewrite("Name the module after its file", Safety.SAFE, (named_after_file(migration, neighbours.modules),))
