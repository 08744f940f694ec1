"""A unique index of several columns lets doubles in wherever one of them is NULL.

For PostgreSQL two NULLs are not the same, so two rows that agree in all other columns both stay. Where the column is
optional, a second index with `where: "place IS NULL"` keeps those rows apart, and since PostgreSQL 15
`nulls_distinct: false` does it in one; where it is not, `null: false` says so.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :row, :integer, null: false
          add :place, :integer
        end

        create unique_index(:quinces, [:row, :place])
      end
    end
    ```

## Safe when
No column may be NULL, or NULLs are the same.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :row, :integer, null: false
          add :place, :integer, null: false
        end

        create unique_index(:quinces, [:row, :place])
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.PlantFigs do
      use Ecto.Migration

      def change do
        create table(:figs) do
          add :row, :integer, null: false
          add :place, :integer
        end

        create unique_index(:figs, [:row, :place], nulls_distinct: false)
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/indexes-unique.html
"""

from collections.abc import Iterator

from rules.ecto.commands import CreateIndex
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.model import PrimaryKey, Table, key
from rules.schema.text import mentions
from rules.sql.names import stored

rule = Rule(__name__, Severity.ADVICE)


@rule.on(CreateIndex)
def check(command: CreateIndex, context: Context) -> Iterator[Finding]:
    """Find unique indexes of several columns of which one may be NULL."""
    index, table = command.index, context.end.tables.get(key(command.index.table))
    is_wide = index.unique and index.nulls_distinct is not False and len(index.columns) > 1
    if table is None or not is_wide or not context.on_postgres:
        return
    if any(set(one.columns) <= {column.name for column in index.columns} for one in keys(table)):
        return  # which is unique anyway
    for name in (column.name for column in index.columns if column.name is not None):
        if may_be_null(name, table) and not mentions(index.where, name) and not is_helped(index.name, name, table):
            message = f"Rows with NULL in `{name}` are never the same, so `{stored(index.name)}` lets doubles in."
            yield rule.finding(command.span, context, message)
            return


def keys(table: Table) -> Iterator[PrimaryKey]:
    """Yield what no two rows share, and is never NULL."""
    yield from (one for one in table.constraints.values() if isinstance(one, PrimaryKey))


def may_be_null(name: str, table: Table) -> bool:
    """Tell whether a column certainly allows NULL."""
    column = table.columns.get(stored(name))
    return column is not None and column.null is True


def is_helped(own: str, name: str, table: Table) -> bool:
    """Tell whether another unique index is for the rows with NULL in the column."""
    others = (one for one in table.indexes.values() if one.unique and one.name != stored(own))
    return any(mentions(one.where, name) for one in others)
