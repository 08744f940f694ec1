"""A timeout that is set in the wrong place limits nothing, or limits what comes later.

`after_begin` and `before_commit` are called in a transaction only, so a migration without one skips them. `SET LOCAL`
lasts until the end of its transaction, so outside of one it ends with itself. `SET` without `LOCAL` stays on its
connection when the migration has long been done, and limits the next one that gets it.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:brands) do
          add :name, :string
        end

        create table(:products) do
          add :title, :string
          add :brand_id, references(:brands)
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AddStock do
      use Ecto.Migration

      def up do
        execute "SET lock_timeout TO '5s'"

        alter table(:products) do
          add :stock, :integer
        end
      end

      def down do
        alter table(:products) do
          remove :stock
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.AddStock do
      use Ecto.Migration

      def up do
        execute "SET LOCAL lock_timeout TO '5s'"

        alter table(:products) do
          add :stock, :integer
        end
      end

      def down do
        alter table(:products) do
          remove :stock
        end
      end
    end
    ```

## Safe when
The timeout is local to the transaction of the migration.

    ```elixir
    defmodule Shop.Repo.Migrations.AddStock do
      use Ecto.Migration

      def after_begin do
        repo().query!("SET LOCAL lock_timeout TO '5s'")
      end

      def change do
        alter table(:products) do
          add :stock, :integer
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-set.html
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-transaction-callbacks
"""

import re
from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import Execute, RepoCall
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rule import Context, Rule
from rules.source import Span
from rules.sql.effects import SettingChanged

rule = Rule(__name__, Severity.RISK)
HOOKS: Final = ("after_begin", "before_commit")
TIMEOUTS: Final = frozenset({"lock_timeout", "statement_timeout"})
SET: Final = re.compile(r"\bSET\s+(?:SESSION\s+)?", re.IGNORECASE)


@rule.on(Migration)
def check_hooks(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find hooks that are never called."""
    for name in HOOKS if not migration.in_transaction else ():
        hook = migration.callback(name)
        if hook is not None and "timeout" in migration.source[hook.span]:
            message = f"Ecto calls `{name}` in a transaction only, and this migration has none."
            yield rule.finding(context.head(hook), context, message)


@rule.on(Execute, RepoCall)
def check(command: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find timeouts that end at once, or do not end."""
    said = context.said(command)
    timeouts = [one for one in said if isinstance(one, SettingChanged) and one.name in TIMEOUTS]
    is_reset = any(one.value is None for one in timeouts)
    for timeout in timeouts if len(said) == 1 and not is_reset else ():
        if context.migration.in_transaction and not timeout.local and not is_taken_back(timeout, command, context):
            message = f"This `{timeout.name}` outlives the migration on its connection, and limits those after it."
            yield rule.finding(command.span, context, message, context.offer(make_local, command, context))
        elif timeout.local and not context.migration.in_transaction:
            message = f"Outside of a transaction `SET LOCAL` ends with itself: there is no `{timeout.name}`."
            yield rule.finding(command.span, context, message)


def is_taken_back(timeout: SettingChanged, command: Execute | RepoCall, context: Context) -> bool:
    """Tell whether the migration resets the timeout later."""
    later = [other for other, _ in context.before if other.span.start > command.span.start]
    said = [one for other in later for one in context.said(other) if isinstance(one, SettingChanged)]
    return any(one.name in {timeout.name, "all"} for one in said)


def make_local(command: Execute | RepoCall, context: Context) -> Rewrite:
    """Let the timeout end with the transaction."""
    sql, source = command.sql, context.migration.source
    found = SET.search(source[sql.span]) if sql else None
    if found is None or sql is None or command.place.shared:
        raise CannotWriteError("the SQL does not stand there")
    span = Span(sql.span.start + found.start(), sql.span.start + found.end())
    return Rewrite("Let it end with the transaction", Safety.SAFE, (Edit(span, f"{found[0][:3]} LOCAL "),))
