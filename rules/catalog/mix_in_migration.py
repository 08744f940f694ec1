"""A migration asks `Mix`, which a release does not have.

`Mix` builds a project and stays behind: in a release `Mix.env()` raises `UndefinedFunctionError`, and migrations are
compiled where they run. What differs between environments belongs into the configuration, and a schema that differs
between them is tested nowhere.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateDrafts do
      use Ecto.Migration

      def change do
        if Mix.env() == :dev do
          create table(:drafts)
        end
      end
    end
    ```

## Safe when
Every environment gets the same.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateNotes do
      use Ecto.Migration

      def change do
        create table(:notes)
      end
    end
    ```

## Sources
- https://hexdocs.pm/mix/Mix.html#env/0
- https://hexdocs.pm/ecto_sql/Ecto.Migrator.html#module-example-running-migrations-in-a-release
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.RISK)

MIX: Final = "how the project was built"  # as reading calls what it cannot know without Mix


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find what depends on Mix, asked here or in an attribute; a configuration asks it before there is a release."""
    attributes = "".join(migration.source[attribute.span] for attribute in migration.attributes)
    for unread in migration.up.unread():
        if unread.reason.endswith(MIX) and "Mix." in attributes + migration.source[unread.span]:
            message = "This asks `Mix`, which is not there in a release: the migration raises."
            yield rule.finding(unread.span, context, message)
