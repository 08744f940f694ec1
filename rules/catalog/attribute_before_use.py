"""An attribute above `use` is overwritten.

`use Ecto.Migration` sets `@disable_ddl_transaction` and `@disable_migration_lock` to false. What stands above it is
overwritten, and the migration runs in a transaction under the migrator's lock after all. PostgreSQL then refuses what
cannot run there, such as building an index concurrently.

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
      @disable_ddl_transaction true
      @disable_migration_lock true
      use Ecto.Migration

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
The attributes stand below `use`.

    ```elixir
    defmodule Shop.Repo.Migrations.IndexPrices do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create index(:products, [:price], concurrently: true)
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-transaction-callbacks
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#index/3-adding-dropping-indexes-concurrently
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.migration import Attribute, Migration
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.place import indent_at, remove_statement
from rules.rule import Context, Rule
from rules.source import Span

rule = Rule(__name__, Severity.OUTAGE, raises=True)

OVERWRITTEN: Final = frozenset({"disable_ddl_transaction", "disable_migration_lock"})


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find attributes that `use` overwrites, and that no later one sets again."""
    if migration.after_use is None:
        return
    lost = [
        one
        for one in migration.attributes
        if one.name in OVERWRITTEN
        and one.value not in {None, False}
        and one.span.end < migration.after_use.start
        and migration.attribute(one.name) is one
    ]
    if lost:
        message = f"`use Ecto.Migration` sets `@{lost[0].name}` back to false."
        yield rule.finding(lost[0].span, context, message, context.offer(move, lost, migration.after_use, migration))


def move(lost: list[Attribute], behind: Span, migration: Migration) -> Rewrite:
    """Move the attributes below `use`."""
    source = migration.source
    if len({source.line_at(one.span.start) for one in lost}) < len(lost):
        raise CannotWriteError("the attributes share a line")
    margin = "\n" + " " * indent_at(source, behind.start)
    lead = "" if source.text[behind.end :].lstrip().startswith("@disable") else "\n"
    added = Edit(behind, lead + "".join(margin + source[one.span] for one in lost))
    removed = [remove_statement(source, one.span) for one in lost]
    return Rewrite("Move it below `use Ecto.Migration`", Safety.SAFE, (*removed, added))
