"""An edit of a merged migration never runs where the migration has run.

Ecto remembers versions, not contents. A database that has run the migration keeps what it did then; only new databases
get what it says now, and the two differ from here on. A new migration brings the change to all of them.

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
    # priv/repo/migrations/20240101120000_create_brands.exs
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def change do
        create table(:brands) do
          add :name, :text
        end
      end
    end
    ```

## Safe when
The schema that it leaves is the same: an edit of its comments, its layout, its `down`.

    ```elixir
    # priv/repo/migrations/20240101120000_create_brands.exs
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def up do
        create table(:brands) do
          # As the maker writes it.
          add(:name, :string)
        end
      end

      def down do
        drop table(:brands)
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Mix.Tasks.Ecto.Migrate.html
- https://hexdocs.pm/ecto_sql/Ecto.Migrator.html
"""

from collections.abc import Iterator
from itertools import takewhile

from rules.ecto.commands import CodeCall
from rules.ecto.listing import Neighbours
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.comparison import differences
from rules.schema.model import Schema
from rules.schema.replay import replay
from rules.source import Span

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(Neighbours)
def check(neighbours: Neighbours, context: Context) -> Iterator[Finding]:
    """Find edits of merged migrations that certainly leave another schema than the merged text did."""
    merged, migration = neighbours.merged, context.migration
    if merged is None or not context.on_postgres or not (_is_plain(merged) and _is_plain(migration)):
        return
    old, new = (_left_by(one, context.schema) for one in (merged, migration))
    if any(difference.is_certain for difference in differences(old, new)):
        message = "Databases that have run this migration never run the edit."
        yield rule.finding(_first_edit(merged.source.text, migration.source.text), context, message)


def _is_plain(migration: Migration) -> bool:
    """Tell whether the migration ran, and all that it did to the schema is read."""
    calls = any(isinstance(command, CodeCall) for command in migration.up.commands)
    return migration.module is not None and migration.up.failure is None and not (migration.unread or calls)


def _left_by(migration: Migration, schema: Schema) -> Schema:
    return replay(schema.beginning(migration.version), migration.up.commands).schema


def _first_edit(old: str, new: str) -> Span:
    same = takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))
    at = sum(1 for _ in same)
    return Span(at, at)
