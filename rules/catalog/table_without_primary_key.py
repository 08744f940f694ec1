"""A table has no primary key.

Without one, or a unique index over required columns, two equal rows are not told apart: neither to change one of them,
nor for logical replication, which refuses updates and deletes of such a table. `primary_key: false` is meant for a key
of one's own, which another column then says with `primary_key: true`.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateSizes do
      use Ecto.Migration

      def change do
        create table(:sizes, primary_key: false) do
          add :width, :integer
        end
      end
    end
    ```

## Safe when
A column is the key, or the table only joins two others.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateSizes do
      use Ecto.Migration

      def change do
        create table(:sizes, primary_key: false) do
          add :code, :text, primary_key: true
          add :width, :integer
        end
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.CreateJoin do
      use Ecto.Migration

      def change do
        create table(:figs)
        create table(:limes)

        create table(:figs_limes, primary_key: false) do
          add :fig_id, references(:figs)
          add :lime_id, references(:limes)
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/logical-replication-publication.html
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#table/2
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, CreateTable
from rules.ecto.types import Reference
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.dependence import plain_columns
from rules.schema.model import Index, Table, key

rule = Rule(__name__, Severity.ADVICE)
STAMPS = 2  # inserted_at and updated_at


@rule.on(CreateTable)
def check(command: CreateTable, context: Context) -> Iterator[Finding]:
    """Find new tables that have no primary key at the end of the change, and do not only join others."""
    table = context.end.tables.get(key(command.table.name))
    added = [part for part in command.columns if isinstance(part, AddColumn)]
    refers = sum(isinstance(part.type, Reference) or part.column.endswith("_id") for part in added)
    if table is None or not table.whole or table.primary_key or table.suffix or not context.on_postgres:
        return
    joins_others = refers > 1 and len(added) - refers <= STAMPS
    if added and not joins_others and not any(tells_apart(index, table) for index in table.indexes.values()):
        message = f"`{table.name}` has no primary key: nothing tells two equal rows apart."
        yield rule.finding(command.span, context, message)


def tells_apart(index: Index, table: Table) -> bool:
    """Tell whether a unique index does what a primary key would."""
    names = plain_columns(index)
    is_whole = index.unique is True and index.where is None and index.columns == tuple(f'"{name}"' for name in names)
    return (
        is_whole and bool(names) and all(table.columns[name].null is False for name in names if name in table.columns)
    )
