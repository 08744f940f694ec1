"""Some changes of a column's type rewrite no row, and still stop the table while its indexes or checks are made anew.

An index with an expression or a `WHERE`, or one that sorts by another rule afterwards, is built again, and every check
constraint that mentions the column is held against every row, all under an `ACCESS EXCLUSIVE` lock. Dropping such an
index concurrently before, and building it concurrently afterwards, keeps the table going.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        execute "CREATE EXTENSION citext", "DROP EXTENSION citext"

        create table(:products) do
          add :title, :text
          add :code, :text
        end

        create index(:products, [:title])
        create index(:products, [:code])
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.IgnoreCase do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :title, :citext, from: :text
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.IgnoreCase do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        drop index(:products, [:title], concurrently: true)
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.ChangeTypesOfProducts do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :title, :citext, from: :text
        end
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.CreateProductsTitleIndex do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create index(:products, [:title], concurrently: true)
      end
    end
    ```

## Safe when
The index sorts as before.

    ```elixir
    defmodule Shop.Repo.Migrations.CallCodesVarchar do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :code, :varchar, from: :text
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, Execute, RepoCall
from rules.finding import Finding, Severity
from rules.postgres.effects.retyping import checked, rebuilt, rewrites
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.rebuilt import built_behind, dropped_before
from rules.rule import Context, Rule
from rules.schema.model import UNSURE, Index
from rules.sql.effects import ColumnTypeChanged
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE, locks=True)


@rule.on(AlterTable, Execute, RepoCall)
def check(command: AlterTable | Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find changes of type after which something is built or checked again."""
    for said in context.said(command):
        if not isinstance(said, ColumnTypeChanged) or not context.is_busy(said.table):
            continue
        table = context.schema.table(said.table)
        old = table.columns.get(stored(said.column))
        changes = old is not None and old.type is not UNSURE and old.type != said.type
        if changes and rewrites(said, old, context.schema, context.settings.postgres) is False:
            place = command.modified(said.column) if isinstance(command, AlterTable) else None
            indexes, checks = rebuilt(table, said, old), checked(table, stored(said.column))
            again = [f"`{one.name}` is built" for one in indexes] + [f"`{one.name}` is checked" for one in checks]
            for what in again[:1]:
                message = f"Nobody can read or write `{said.table}` while {what} again."
                rewrite = None if checks else context.offer(build_behind, command, indexes, context)
                yield rule.finding(command.span if place is None else place.span, context, message, rewrite)


def build_behind(command: AlterTable | Execute | RepoCall, indexes: list[Index], context: Context) -> Rewrite:
    """Drop the indexes concurrently, change the type in the next migration, and build them concurrently after it."""
    if not isinstance(command, AlterTable) or len(command.changes) > 1:
        raise CannotWriteError("more is changed, or SQL changes it")
    migration, lock = context.migration, context.waits_for_lock
    follow_ups = built_behind(migration, command, indexes, lock=lock)
    edits = dropped_before(migration, command, indexes, lock=lock)
    shown = "the index" if len(indexes) == 1 else "the indexes"
    return Rewrite(f"Drop {shown} before, and build {shown} behind", Safety.SAFE, edits, follow_ups)
