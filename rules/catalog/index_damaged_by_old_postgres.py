"""An index that old releases of PostgreSQL 14 build concurrently may lack rows.

Up to 14.3, rows could be left out of such an index that were updated while it was built: queries that use the index do
not find them, and a unique index lets doubles in. PostgreSQL 14.4 builds it well; an index from before has to be built
again with `REINDEX`. Which of the releases runs is not known here: the rule speaks where it is asked for, and the
settings name no other major version than 14.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.IndexTitles do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create index(:products, [:title], concurrently: true)
      end
    end
    ```

## Safe when
The table is born in the same pull request, and nobody changes its rows meanwhile.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateReviews do
      use Ecto.Migration

      def change do
        create table(:reviews) do
          add :stars, :integer
        end

        create index(:reviews, [:stars])
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/release/14.4/
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import CreateIndex, Execute
from rules.finding import Finding, Severity
from rules.rewrite.apart import builds_apart
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.RISK, on_request=True)
DAMAGING: Final = 14  # up to its third minor release


@rule.on(CreateIndex, Execute)
def check(command: CreateIndex | Execute, context: Context) -> Iterator[Finding]:
    """Find concurrent builds of indexes, by CREATE INDEX and by REINDEX."""
    if context.settings.postgres == DAMAGING and context.on_postgres and builds_apart(command):
        message = "PostgreSQL 14.0 to 14.3 may leave rows out of the index that are updated meanwhile; 14.4 does not."
        yield rule.finding(command.span, context, message)
