"""An index dropped without `concurrently` stops its table until every query that is running has ended.

PostgreSQL takes an `ACCESS EXCLUSIVE` lock for a moment. It has to wait for whoever uses the table, and everybody who
comes later waits behind it. A concurrent drop waits without holding anybody up, but cannot run in a transaction. The
migrator's own lock is not in its way, but in that of the rollback, which builds the index again.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
        end

        create index(:products, [:title])
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.DropTitleIndex do
      use Ecto.Migration

      def change do
        drop index(:products, [:title])
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.DropTitleIndex do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        drop index(:products, [:title], concurrently: true)
      end
    end
    ```

## Safe when
The same transaction stops the table anyway, and for a better reason.

    ```elixir
    defmodule Shop.Repo.Migrations.RenameTitles do
      use Ecto.Migration

      def change do
        rename table(:products), :title, to: :name
        drop index(:products, [:name], name: :products_title_index)
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-dropindex.html
"""

from collections.abc import Iterator

from rules.ecto.commands import Command, DropIndex, Execute, RepoCall
from rules.finding import Finding, Severity
from rules.postgres.locks import Lock
from rules.rewrite.apart import moved_apart
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, literal
from rules.rewrite.place import add_option, outside_transaction
from rules.rule import Context, Rule
from rules.schema.model import key
from rules.sql.effects import Kind, ObjectDropped
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.RISK, locks=True)
TITLE = "Drop the index concurrently"


@rule.on(DropIndex)
def check(command: DropIndex, context: Context) -> Iterator[Finding]:
    """Find indexes dropped while other sessions use their table."""
    index = command.index
    table = context.schema.table(index.table)
    is_gone = command.if_exists and table.whole and stored(index.name) not in table.indexes
    if index.concurrently or is_gone or not context.is_busy(index.table):
        return
    if not is_stopped_anyway(command, index.table, context):
        rewrite = context.offer(drop_concurrently, command, context)
        yield rule.finding(command.span, context, message(index.name, index.table), rewrite)


@rule.on(Execute, RepoCall)
def check_sql(execute: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find DROP INDEX without CONCURRENTLY."""
    for effect in context.said(execute):
        if isinstance(effect, ObjectDropped) and effect.kind is Kind.INDEX and not effect.concurrently:
            for felt in context.effects(execute):
                if not is_stopped_anyway(execute, felt.on, context):
                    yield rule.finding(execute.span, context, message(effect.name.name, felt.on))


def message(index: str, table: Name) -> str:
    """Say who waits for whom."""
    return f"Dropping `{stored(index)}` waits for every query on `{table}`, and all later ones wait for it."


def is_stopped_anyway(command: Command, table: Name, context: Context) -> bool:
    """Tell whether something else in the same transaction takes the same lock."""
    others = (felt for other, felt in context.felt if not isinstance(other, DropIndex) and other is not command)
    locked = {effect.on for felt in others for effect in felt if effect.lock is Lock.ACCESS_EXCLUSIVE}
    return context.migration.in_transaction and key(table) in locked


def drop_concurrently(command: DropIndex, context: Context) -> Rewrite:
    """Ask for a drop that nobody waits for, in a file of its own if need be; its rollback builds, without the lock."""
    index, migration = command.index, context.migration
    if context.is_all(DropIndex):
        option = add_option(migration.source, index.place, "concurrently", literal(value=True))
        return Rewrite(TITLE, Safety.SAFE, (*option, *outside_transaction(migration, lock=context.waits_for_lock)))
    known = context.schema.table(index.table).indexes.get(stored(index.name))
    if known is None:
        raise CannotWriteError("what the index was is not known")
    return moved_apart(migration, command, known, f"{TITLE}, in a migration of its own", lock=context.waits_for_lock)
