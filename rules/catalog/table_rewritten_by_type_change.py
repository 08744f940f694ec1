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
from rules.rule import Context, Rule
from rules.schema.beliefs import believes_same_type
from rules.schema.draft import key
from rules.sql.effects import ColumnTypeChanged, Effect
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE, locks=True)


@rule.on(AlterTable, Execute, RepoCall)
def check(command: AlterTable | Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find changes of type that copy every row: once for all columns that one statement changes."""
    found = [said for said in context.said(command) if is_rewrite(said, command, context)]
    for said in found[:1]:
        change = command.modified(said.column) if isinstance(command, AlterTable) else None
        columns = f"`{said.column}`" + (f" and {len(found) - 1} more" if len(found) > 1 else "")
        message = f"Nobody can read or write `{said.table}` while all of it is rewritten for {columns}."
        yield rule.finding(command.span if change is None else change.span, context, message)


def is_rewrite(said: Effect, command: Command, context: Context) -> TypeGuard[ColumnTypeChanged]:
    """Tell whether a change of type certainly copies every row, and is meant to be one."""
    if not isinstance(said, ColumnTypeChanged) or not context.is_busy(said.table):
        return False
    old = context.schema.table(key(said.table)).columns.get(stored(said.column))
    change = command.modified(said.column) if isinstance(command, AlterTable) else None
    meant = change is None or not believes_same_type(change, old)
    return meant and rewrites(said, old, context.schema, context.settings.postgres) is True
