"""A migration whose file name Ecto does not know never runs.

Ecto runs the files whose names begin with a number and an underscore and end in `.exs`. It passes over all others
without an error: the release is deployed, and its table is not there.

## Instead of
    ```elixir
    # priv/repo/migrations/create_brands.exs
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def change do
        create table(:brands)
      end
    end
    ```

## Safe when
The name has a version and the extension of a script.

    ```elixir
    # priv/repo/migrations/20240101120000_create_brands.exs
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def change do
        create table(:brands)
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html
- https://hexdocs.pm/ecto_sql/Mix.Tasks.Ecto.Migrate.html
"""

from collections.abc import Iterator

from rules.ecto.files import is_passed_over
from rules.ecto.listing import Neighbours
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(Neighbours)
def check(_: Neighbours, context: Context) -> Iterator[Finding]:
    """Find migrations in files that Ecto does not run."""
    migration = context.migration
    if migration.module is not None and is_passed_over(migration.source.path):
        yield rule.finding(
            migration.heading, context, "Ecto never runs this: the file is not named `<version>_<name>.exs`."
        )
