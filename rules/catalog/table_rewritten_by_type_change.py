"""Some changes of a column's type write the whole table anew while nobody can read or write it.

PostgreSQL keeps the rows as they are where the old values are valid values of the new type, byte by byte: a longer
`varchar`, `varchar` to `text`, more digits of a `numeric` before its point, more decimal places of a time. Any other
change copies every row and builds every index of the table, under an `ACCESS EXCLUSIVE` lock. A new column beside the
old one does not: the application writes both, a migration fills the new one in batches, the application reads it, and
the old one goes.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :price, :integer
          add :title, :text
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.BrokenPrices do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :price, :decimal, from: :integer
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.BrokenPrices do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :new_price, :decimal
        end
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.BackfillProductsNewPrice do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def up do
        backfill(0)
      end

      def down do
        :ok
      end

      defp backfill(last) do
        %{rows: [[next]]} =
          repo().query!(
            \"\"\"
            WITH batch AS (
              SELECT id AS batch_id FROM products WHERE id > $1 ORDER BY id LIMIT 1000
            ), written AS (
              UPDATE products SET new_price = price
              FROM batch
              WHERE products.id = batch.batch_id AND (new_price IS NULL AND price IS NOT NULL)
            )
            SELECT max(batch_id) FROM batch
            \"\"\",
            [last],
            log: false
          )

        if next, do: backfill(next)
      end
    end
    ```

## Safe when
The bytes stay as they are.

    ```elixir
    defmodule Shop.Repo.Migrations.CallTitlesVarchar do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :title, :varchar, from: :text
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
"""

from collections.abc import Iterator
from typing import TypeGuard

from rules.ecto.commands import AlterTable, Command, Execute, RepoCall
from rules.finding import Finding, Severity
from rules.postgres.effects.retyping import rewrites
from rules.rewrite.another_type import AnotherType, filled
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rule import Context, Rule
from rules.schema.beliefs import believes_same_type
from rules.sql.effects import ColumnTypeChanged, Effect
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE, locks=True)


@rule.on(AlterTable, Execute, RepoCall)
def check(command: AlterTable | Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find changes of type that copy every row: once for all columns that one statement changes."""
    found = [said for said in context.said(command) if is_rewrite(said, command, context)]
    rewrite = context.offer(add_beside, command, [said.column for said in found], context) if found else None
    for said in found[:1]:
        change = command.modified(said.column) if isinstance(command, AlterTable) else None
        columns = f"`{said.column}`" + (f" and {len(found) - 1} more" if len(found) > 1 else "")
        message = f"Nobody can read or write `{said.table}` while all of it is rewritten for {columns}."
        yield rule.finding(command.span if change is None else change.span, context, message, rewrite)


def add_beside(command: AlterTable | Execute | RepoCall, columns: list[str], context: Context) -> Rewrite:
    """Add columns of the new types, and fill them from the old ones; what reads and drops those is for people."""
    changes = [command.modified(column) for column in columns] if isinstance(command, AlterTable) else []
    if not isinstance(command, AlterTable) or None in changes:
        raise CannotWriteError("the types are not changed by a plain command")
    beside = [AnotherType(context.migration, command, one, context.schema) for one in changes if one is not None]
    edits = tuple(edit for one in beside for edit in one.edits())
    follow_up = filled(beside, lock=context.waits_for_lock)
    title = "Add a column of the new type, fill it in the next migration, and drop the old one when no release reads it"
    return Rewrite(title, Safety.REVIEW, edits, (follow_up,))


def is_rewrite(said: Effect, command: Command, context: Context) -> TypeGuard[ColumnTypeChanged]:
    """Tell whether a change of type certainly copies every row, and is meant to be one."""
    if not isinstance(said, ColumnTypeChanged) or not context.is_busy(said.table):
        return False
    old = context.schema.table(said.table).columns.get(stored(said.column))
    change = command.modified(said.column) if isinstance(command, AlterTable) else None
    meant = change is None or not believes_same_type(change, old)
    return meant and rewrites(said, old, context.schema, context.settings.postgres) is True
