"""A value added to an enum outlives the rollback, so migrating again raises: it is there already.

PostgreSQL cannot take a value out of an enum type. A rollback that does nothing about it is the usual way, and an
honest one if it is declared; but then the next `mix ecto.migrate` runs the same `ADD VALUE` again and fails.
`IF NOT EXISTS` lets the migration run as often as it has to.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateState do
      use Ecto.Migration

      def change do
        execute "CREATE TYPE state AS ENUM ('new', 'used')", "DROP TYPE state"
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.SellProducts do
      use Ecto.Migration

      # ecto-fix: one-way — PostgreSQL cannot remove a value from an enum
      def up do
        execute "ALTER TYPE state ADD VALUE 'sold'"
      end

      def down do
        :ok
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.SellProducts do
      use Ecto.Migration

      # ecto-fix: one-way — PostgreSQL cannot remove a value from an enum
      def up do
        execute "ALTER TYPE state ADD VALUE IF NOT EXISTS 'sold'"
      end

      def down do
        :ok
      end
    end
    ```

## Safe when
Nobody gets there a second time.

    ```elixir
    defmodule Shop.Repo.Migrations.LendProducts do
      use Ecto.Migration

      def up do
        execute "ALTER TYPE state ADD VALUE 'lent'"
      end

      def down do
        raise Ecto.MigrationError, message: "PostgreSQL cannot remove a value from an enum"
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertype.html
"""

from collections.abc import Iterator

from rules.ecto.commands import Execute, RepoCall, Sql
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.enums import added_once
from rules.rule import Context, Rule
from rules.sql.effects import EnumValueAdded, Kind

rule = Rule(__name__, Severity.ADVICE)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find values that are still there when the migration runs a second time."""
    if not context.on_postgres or migration.down.failure is not None or migration.unread:
        return
    left = {(name, value) for name, values in _enums(context) for value in values}
    for command in migration.up.commands:
        sql = command.sql if isinstance(command, Execute | RepoCall) else None
        for effect in sql.effects if sql else ():
            if not isinstance(effect, EnumValueAdded) or effect.if_not_exists:
                continue
            if (effect.type.name, effect.value) in left:
                message = f"Migrating again after a rollback raises: `{effect.value}` is in `{effect.type}` already."
                yield rule.finding(command.span, context, message, context.offer(add_once, sql, context))


def _enums(context: Context) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the enum types with their values after a rollback."""
    for thing in context.passage.down.schema.things.values():
        if thing.kind is Kind.TYPE:
            yield thing.name.name, thing.values


def add_once(sql: Sql, context: Context) -> Rewrite:
    """Add the value unless it is there."""
    return Rewrite("Add it unless it is there", Safety.SAFE, added_once(context.migration.source, sql))
