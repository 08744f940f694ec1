"""An attribute whose name is misspelt changes nothing.

Ecto reads `@disable_ddl_transaction` and `@disable_migration_lock`, and nothing else. A module may have any attribute,
so that a slip of the pen goes unnoticed: the migration runs in a transaction under the migrator's lock after all.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :price, :integer
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.IndexTitles do
      use Ecto.Migration

      @disable_ddl_transactions true
      @disable_migration_lock true

      def change do
        create index(:products, [:title], concurrently: true)
      end
    end
    ```

## Write
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
Attributes of other names are the author's own.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateTags do
      use Ecto.Migration

      @disabled_tags ["new", "old"]

      def change do
        create table(:tags) do
          add :disabled, {:array, :string}, default: @disabled_tags
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-transaction-callbacks
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#index/3-adding-dropping-indexes-concurrently
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from rules.ecto.migration import Attribute, Migration
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rule import Context, Rule
from rules.source import Span

rule = Rule(__name__, Severity.OUTAGE, raises=True)

READ: Final = ("disable_ddl_transaction", "disable_migration_lock")
NEAR: Final = 0.85  # of the letters in common; `disabled_transactions` of an author's own is farther away


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find attributes whose names are nearly those that Ecto reads."""
    for attribute in migration.attributes:
        near = () if attribute.name in READ else get_close_matches(attribute.name, READ, 1, NEAR)
        for meant in near:
            if migration.attribute(meant) is None:
                message = f"Ecto does not read `@{attribute.name}`: `@{meant}` stays false."
                yield rule.finding(attribute.span, context, message, context.offer(rename, attribute, meant))


def rename(attribute: Attribute, meant: str) -> Rewrite:
    """Write the name that Ecto reads."""
    name = Span(attribute.span.start, attribute.span.start + len("@") + len(attribute.name))
    return Rewrite(f"Write `@{meant}`", Safety.SAFE, (Edit(name, f"@{meant}"),))
