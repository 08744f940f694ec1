"""An index does what another one does already.

An index over two columns serves each query that compares the first of them. A second index over that column alone is
written with every row, takes its room in memory, and is hardly ever chosen.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :row, :integer
          add :place, :integer
        end

        create index(:quinces, [:row, :place])
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.IndexRows do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create index(:quinces, [:row], concurrently: true)
      end
    end
    ```

## Safe when
The columns come in another order, or the index keeps rows unique.

    ```elixir
    defmodule Shop.Repo.Migrations.IndexPlaces do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create index(:quinces, [:place], concurrently: true)
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/indexes-multicolumn.html
"""

from collections.abc import Iterator

from rules.ecto.commands import CreateIndex
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.made import index_of
from rules.schema.model import Index, key

rule = Rule(__name__, Severity.ADVICE)


@rule.on(CreateIndex)
def check(command: CreateIndex, context: Context) -> Iterator[Finding]:
    """Find indexes that another one, which stays, begins with."""
    new = index_of(command.index)
    end = context.end.tables.get(key(command.index.table))
    if new.unique or end is None or new.name not in end.indexes or not context.on_postgres:
        return
    there = context.schema.table(command.index.table).indexes
    for other in there.values():
        if other.name != new.name and other.name in end.indexes and begins_with(other, new):
            message = f"`{other.name}` begins with the same columns, and serves the same queries."
            yield rule.finding(command.span, context, message)
            return


def begins_with(other: Index, new: Index) -> bool:
    """Tell whether *other* can stand in for *new*."""
    if not isinstance(other.columns, tuple) or not isinstance(new.columns, tuple) or not new.columns:
        return False
    if other.columns[: len(new.columns)] != new.columns or new.include:
        return False
    return (other.using, other.where, other.only) == (new.using, new.where, new.only) == ("btree", new.where, False)
