"""A file that is named like a migration and defines none stops all of them.

Ecto compiles every pending file and takes the module that says `use Ecto.Migration`. Where there is none,
`mix ecto.migrate` raises and nothing runs.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateBrands do
      def change do
        :ok
      end
    end
    ```

## Safe when
A module of the file says `use Ecto.Migration`.

    ```elixir
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

from rules.ecto.listing import Neighbours
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.OUTAGE, raises=True)


@rule.on(Neighbours)
def check(_: Neighbours, context: Context) -> Iterator[Finding]:
    """Find files without a migration, where all of the file could be read."""
    migration = context.migration
    if migration.version is not None and migration.module is None and migration.up.failure is not None:
        yield rule.finding(migration.heading, context, "Ecto raises and runs nothing: this file defines no migration.")
