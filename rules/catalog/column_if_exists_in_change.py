"""A column added or removed in `change` only if it is there, or is not, cannot be rolled back.

Ecto cannot know on the way down whether `add_if_not_exists` or `remove_if_exists` has done anything, and raises
`Ecto.MigrationError`. Where the history says whether the column is there, the plain `add` or `remove` does the same.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string, size: 80
          add :stock, :integer, null: false
        end

        create unique_index(:products, [:title], where: "stock > 0")
        create constraint(:products, :stock_is_real, check: "stock >= 0")
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AddColors do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add_if_not_exists :color, :string
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.AddColors do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :color, :string
        end
      end
    end
    ```

## Safe when
The column is added without a condition, or `down` removes it.

    ```elixir
    defmodule Shop.Repo.Migrations.AddShades do
      use Ecto.Migration

      def up do
        alter table(:products) do
          add_if_not_exists :shade, :string
        end
      end

      def down do
        alter table(:products) do
          remove_if_exists :shade, :string
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#add_if_not_exists/3
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#remove_if_exists/2
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, RemoveColumn
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.inverse import dependents
from rules.rewrite.was import removal_edits
from rules.rule import Context, Rule
from rules.sql.names import stored

rule = Rule(__name__, Severity.RISK, about_rollback=True)


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find conditional changes of columns; that a removal without a type cannot be reversed is said elsewhere."""
    for change in alter.changes if context.is_reversed else ():
        if isinstance(change, AddColumn) and change.if_not_exists:
            message = f"Rolling back raises: `{alter.table.name}.{change.column}` may have been there before."
            yield rule.finding(change.span, context, message, context.offer(add_plainly, change, alter, context))
        elif isinstance(change, RemoveColumn) and change.if_exists and change.type is not None:
            message = f"Rolling back raises: `{alter.table.name}.{change.column}` may not have been there before."
            yield rule.finding(change.span, context, message, context.offer(remove_plainly, change, alter, context))


def add_plainly(change: AddColumn, alter: AlterTable, context: Context) -> Rewrite:
    """Add the column without a condition, if it is certainly not there."""
    table = context.schema.table(alter.table.name)
    if stored(change.column) in table.columns or not table.whole or change.place.shared:
        raise CannotWriteError("the column may be there, or the call stands elsewhere")
    return Rewrite(f"Add `{change.column}` plainly", Safety.REVIEW, (Edit(change.place.name, "add"),))


def remove_plainly(change: RemoveColumn, alter: AlterTable, context: Context) -> Rewrite:
    """Remove the column without a condition, and say what it was, if it is certainly there."""
    table = context.schema.table(alter.table.name)
    if stored(change.column) not in table.columns:
        raise CannotWriteError("the column is not known")
    if dependents(table, stored(change.column)):
        return context.split_change("Write `down`, which restores the column and what was on it")
    edits = removal_edits(context.migration.source, table, change)
    return Rewrite(f"Remove `{change.column}` plainly", Safety.REVIEW, (Edit(change.place.name, "remove"), *edits))
