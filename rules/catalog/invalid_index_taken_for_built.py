"""`if_not_exists` takes the invalid index of an interrupted concurrent build for a finished one.

When a concurrent build is cancelled or finds doubles, an index remains that is invalid: it costs every write, no
query uses it, and a unique one may not hold. The next attempt finds it there, builds nothing, and the migration is
recorded as done. Dropping what is left and building again is safe to retry.

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

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create_if_not_exists index(:products, [:title], concurrently: true)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.IndexProductTitles do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def up do
        drop_if_exists index(:products, [:title], concurrently: true)
        create index(:products, [:title], concurrently: true)
      end

      def down do
        drop index(:products, [:title], concurrently: true)
      end
    end
    ```

## Safe when
What an earlier attempt has left is dropped first.

    ```elixir
    defmodule Shop.Repo.Migrations.IndexProductTitles do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def up do
        drop_if_exists index(:products, [:title], concurrently: true)
        create_if_not_exists index(:products, [:title], concurrently: true)
      end

      def down do
        drop index(:products, [:title], concurrently: true)
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
"""

from collections.abc import Iterator
from typing import TypeGuard

from rules.ecto.commands import Command, CreateIndex, DropIndex, Execute, RepoCall
from rules.ecto.migration import Migration
from rules.elixir.printer import habit_of, lines
from rules.elixir.syntax import Syntax
from rules.finding import Finding, Severity
from rules.rewrite.definition import index_call
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, call
from rules.rewrite.place import indent_at, split_change
from rules.rule import Context, Rule
from rules.schema.made import index_of
from rules.sql.effects import IndexCreated, Kind, ObjectDropped
from rules.sql.names import stored

rule = Rule(__name__, Severity.RISK)


@rule.on(Migration)
def check(_: Migration, context: Context) -> Iterator[Finding]:
    """Find concurrent builds that an invalid index keeps from happening; one rewrite answers all of them."""
    kept = [met for met, schema in context.before if is_kept(met, context.at(met, schema))]
    rewrite = context.offer(build_again, context) if kept else None
    for command in kept:
        yield rule.finding(command.span, context, message(command.index.name), rewrite)


def is_kept(command: Command, context: Context) -> TypeGuard[CreateIndex]:
    """Tell whether a command leaves an invalid index as it is."""
    if (
        not isinstance(command, CreateIndex)
        or not command.if_not_exists
        or is_dropped(command.index.name, command, context)
    ):
        return False
    return command.index.concurrently and context.is_busy(command.index.table)


def is_dropped(index: str, command: Command, context: Context) -> bool:
    """Tell whether the migration drops the index before *command*, by Ecto or by SQL: the next attempt begins there."""
    for met, _ in context.before:
        if met.span.start >= command.span.start:
            return False
        in_sql = (
            one.name.name for one in context.said(met) if isinstance(one, ObjectDropped) and one.kind is Kind.INDEX
        )
        by_ecto = (met.index.name,) if isinstance(met, DropIndex) else ()
        if stored(index) in map(stored, (*in_sql, *by_ecto)):
            return True
    return False


@rule.on(Execute, RepoCall)
def check_sql(execute: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find CREATE INDEX CONCURRENTLY IF NOT EXISTS."""
    built = (effect for effect in context.said(execute) if isinstance(effect, IndexCreated))
    for effect in built:
        busy = effect.concurrently and effect.if_not_exists and context.is_busy(effect.table)
        if busy and not is_dropped(effect.name or "", execute, context):
            yield rule.finding(execute.span, context, message(effect.name or ""))


def message(index: str) -> str:
    """Say what becomes of the second attempt."""
    return f"After an interrupted build, the next attempt takes the invalid `{stored(index)}` for built."


def build_again(context: Context) -> Rewrite:
    """Drop what an interrupted build has left, and build the indexes in any case."""
    migration = context.migration
    commands = [met for met, _ in context.before if isinstance(met, CreateIndex) and met.index.concurrently]
    if len(commands) != len(context.before) or any(command.place.shared for command in commands):
        raise CannotWriteError("the migration does more than building indexes concurrently")
    made = [index_call(one.index.table, index_of(one.index), concurrently=True) for one in commands]
    edits = [_built_in_any_case(command, index, migration) for command, index in zip(commands, made, strict=True)]
    if migration.callback("down") is None:
        edits += split_change(migration, [call("drop", index) for index in reversed(made)])
    # Where it was built by hand before, queries do without it for a while.
    return Rewrite("Drop what an interrupted build has left, and build it in any case", Safety.REVIEW, tuple(edits))


def _built_in_any_case(command: CreateIndex, index: Syntax, migration: Migration) -> Edit:
    column = indent_at(migration.source, command.span.start)
    steps = lines([call("drop_if_exists", index), call("create", index)], column, habit_of(migration.source))
    return Edit(command.span, "\n".join(steps).lstrip())
