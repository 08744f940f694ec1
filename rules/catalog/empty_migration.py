"""A migration that does nothing leaves a version behind, and nothing else.

Every database records that it has run. What was meant to be in it cannot be added later, because a version runs once.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.PrepareBrands do
      use Ecto.Migration

      def change do
        :ok
      end
    end
    ```

## Safe when
A comment says that nothing is left to do.

    ```elixir
    defmodule Shop.Repo.Migrations.PrepareBrands do
      use Ecto.Migration

      def change do
        # The extension is now made where the server is set up.
        :ok
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

rule = Rule(__name__, Severity.ADVICE)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find migrations that neither do nor undo anything, without a word about it."""
    forwards = migration.callback("up") or migration.callback("change")
    runs = (migration.up, migration.down)
    if forwards is None or migration.up.failure is not None or any(run.commands for run in runs):
        return
    if "#" not in migration.source.text:
        yield rule.finding(forwards.span, context, "This migration does nothing; its version is spent all the same.")
