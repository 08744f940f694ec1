"""A unique index is built on a new column that has the same value in every row.

A column that is added with a constant default has that value in all rows at once. A unique index on it alone then
finds doubles as soon as the table holds two rows: on an empty test database the migration passes, in production it
fails. Give each row a value of its own first, in a migration in between, or let the column be NULL.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :price, :integer
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AddCode do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def up do
        alter table(:products) do
          add_if_not_exists :code, :string, default: ""
        end

        create unique_index(:products, [:code], concurrently: true)
      end

      def down do
        alter table(:products) do
          remove :code
        end
      end
    end
    ```

## Safe when
The column has no default: many rows may be NULL.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateCodes do
      use Ecto.Migration

      def change do
        create table(:codes) do
          add :code, :string, default: ""
        end

        create unique_index(:codes, [:code])
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/indexes-unique.html
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, Command, CreateIndex, Flush, IndexColumn
from rules.ecto.values import Fragment
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.model import key
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.OUTAGE, raises=True)


@rule.on(CreateIndex)
def check(command: CreateIndex, context: Context) -> Iterator[Finding]:
    """Find unique indexes on nothing but columns that were just filled with a constant."""
    index = command.index
    if not index.unique or index.where is not None or key(index.table) in context.schema.born_here:
        return
    constant = _constant(context, command, index.table)
    if index.columns and all(_is_among(column, constant) for column in index.columns):
        message = f"`{stored(index.name)}` fails as soon as `{index.table}` holds two rows: they are equal."
        yield rule.finding(command.span, context, message)


def _constant(context: Context, command: Command, table: Name) -> set[str]:
    """Return the columns that this migration has added with a constant, and that nothing may have filled since."""
    found: set[str] = set()
    for earlier, _ in context.before:
        if earlier is command:
            break
        if not isinstance(earlier, AlterTable | CreateIndex | Flush):
            return set()  # rows may have been written
        if isinstance(earlier, AlterTable) and key(earlier.table.name) == key(table):
            found |= {
                change.column for change in earlier.changes if isinstance(change, AddColumn) and _is_filled(change)
            }
    return found


def _is_filled(change: AddColumn) -> bool:
    return change.default is not None and not isinstance(change.default, Fragment) and "generated" not in change.options


def _is_among(column: IndexColumn, names: set[str]) -> bool:
    return column.name is not None and column.name in names
