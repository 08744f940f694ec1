"""Maintenance that writes a table or an index anew stops the table for as long as it takes.

`VACUUM FULL`, `CLUSTER` and a change between logged and unlogged copy the whole table while nobody can read or write
it, `REINDEX` keeps writers waiting, and `REFRESH MATERIALIZED VIEW` keeps readers of the view waiting. The last two
have a concurrent form, which needs no more than a unique index on the view; for the others there are tools that copy a
table beside its use. A `LOCK TABLE` stops whom it says.

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
    defmodule Shop.Repo.Migrations.RebuildTitleIndex do
      use Ecto.Migration

      def up do
        execute "REINDEX INDEX products_title_index"
      end

      def down do
        execute "SELECT 1"
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.RebuildTitleIndex do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def up do
        execute "REINDEX INDEX CONCURRENTLY products_title_index"
      end

      def down do
        execute "SELECT 1"
      end
    end
    ```

## Safe when
The concurrent form is used.

    ```elixir
    defmodule Shop.Repo.Migrations.RebuildTitleIndex do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def up do
        execute "REINDEX INDEX CONCURRENTLY products_title_index"
      end

      def down do
        execute "SELECT 1"
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-cluster.html
- https://www.postgresql.org/docs/current/sql-reindex.html#SQL-REINDEX-CONCURRENTLY
- https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rewrite.concurrently import said_concurrently
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rule import Context, Rule
from rules.schema.dependence import plain_columns
from rules.sql.effects import Effect, Locked, Maintained, TableAltered

rule = Rule(__name__, Severity.OUTAGE, locks=True)
COPYING: Final = frozenset({"SetLogged", "SetUnLogged", "SetAccessMethod", "SetTableSpace"})


@rule.on(Execute, RepoCall)
def check(execute: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find statements that keep others from a table until they are done."""
    for said in context.said(execute):
        for felt in context.effects(execute) if maintains(said) else ():
            if felt.lock.blocks_writes:
                waits = "read or write" if felt.lock.blocks_reads else "write to"
                message = f"Nobody can {waits} `{felt.on}` until this is done."
                yield rule.finding(execute.span, context, message, context.offer(beside_others, said, execute, context))
                return


def beside_others(said: Effect, execute: Execute | RepoCall, context: Context) -> Rewrite:
    """Let the statement do its work concurrently; a view is then told apart by a unique index that it needs."""
    if not isinstance(execute, Execute) or not isinstance(said, Maintained) or said.name is None:
        raise CannotWriteError("the statement has no concurrent form")
    keys = [one for one in context.schema.table(said.name).indexes.values() if one.unique is True and not one.where]
    if said.action.startswith("REFRESH") and not any(map(plain_columns, keys)):
        raise CannotWriteError("the view may have no unique index")
    edits = said_concurrently(context.migration, execute, context.settings.postgres, lock=context.waits_for_lock)
    return Rewrite("Do it concurrently", Safety.SAFE, edits)


def maintains(said: Effect) -> bool:
    """Tell whether a statement is there to keep house; nobody writes to a view that is filled concurrently."""
    match said:
        case TableAltered(action=action):
            return action in COPYING
        case Maintained(action="REFRESH MATERIALIZED VIEW", concurrently=concurrently):
            return not concurrently
        case _:
            return isinstance(said, Maintained | Locked)
