"""PostgreSQL refuses `CONCURRENTLY` inside a transaction, and Ecto runs each migration in one.

A concurrent build is made of several transactions, so it cannot be part of another. `VACUUM` is refused likewise.
The migration raises, and the deploy ends there.

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
    defmodule Shop.Repo.Migrations.IndexProductTitles do
      use Ecto.Migration

      def change do
        create index(:products, [:title], concurrently: true)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.IndexProductTitles do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create index(:products, [:title], concurrently: true)
      end
    end
    ```

## Safe when
The migration is taken out of its transaction.

    ```elixir
    defmodule Shop.Repo.Migrations.IndexProductTitles do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create index(:products, [:title], concurrently: true)
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#index/3-adding-dropping-indexes-concurrently
"""

from collections.abc import Iterator

from rules.ecto.commands import CreateIndex, DropIndex, Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rewrite.apart import builds_apart, moved_apart, refuses_transaction, runs_apart
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.place import is_denied, outside_transaction
from rules.rule import Context, Rule
from rules.schema.made import index_of
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE, raises=True)
TITLE = "Run it outside of a transaction"


@rule.on(CreateIndex, DropIndex)
def check(command: CreateIndex | DropIndex, context: Context) -> Iterator[Finding]:
    """Find concurrent builds and drops where Ecto has begun a transaction."""
    if command.index.concurrently and is_refused(context):
        message = f"PostgreSQL refuses to work on `{stored(command.index.name)}` concurrently inside a transaction."
        yield rule.finding(command.span, context, message, context.offer(leave_transaction, command, context))


@rule.on(Execute, RepoCall)
def check_sql(execute: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find statements that PostgreSQL runs outside of transactions only."""
    if is_refused(context) and any(refuses_transaction(effect) for effect in context.said(execute)):
        message = "PostgreSQL refuses to run this inside a transaction."
        yield rule.finding(execute.span, context, message, context.offer(leave_transaction, execute, context))


def is_refused(context: Context) -> bool:
    """Tell whether there is a transaction, and nobody meant to do without: what keeps it has its own rules."""
    said = (one for one in context.migration.attributes if one.name.startswith("disable") and "lock" not in one.name)
    meant = any(not is_denied(one) for one in said if context.migration.attribute(one.name) is one)
    return context.migration.in_transaction and context.on_postgres and not meant


def leave_transaction(command: CreateIndex | DropIndex | Execute, context: Context) -> Rewrite:
    """Take the migration out of its transaction, or what cannot be in one out of the migration."""
    migration, commands = context.migration, [met for met, _ in context.before]
    if all(runs_apart(one) for one in commands):
        back = (one for one, _ in context.passage.way_back)  # a rollback builds what `change` drops
        lock = context.waits_for_lock and any(builds_apart(one) for one in (*commands, *back))
        return Rewrite(TITLE, Safety.SAFE, outside_transaction(migration, lock=lock))
    if isinstance(command, Execute):
        raise CannotWriteError("what undoes the statement is not known")
    made = index_of(command.index)
    known = context.schema.table(command.index.table).indexes.get(stored(command.index.name), made)
    lock = context.waits_for_lock and isinstance(command, CreateIndex)
    index = made if isinstance(command, CreateIndex) else known
    return moved_apart(migration, command, index, f"{TITLE}, in a migration of its own", lock=lock)
