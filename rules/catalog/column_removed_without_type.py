"""A column removed in `change` without its type cannot be rolled back.

Ecto reverses `remove :column, :type, options` by adding the column again. `remove :column` alone says too little, and
`mix ecto.rollback` raises `Ecto.MigrationError`. What the column had besides its type (null, default, size, the table
it refers to) only comes back if it is said, too; indexes and constraints that used it never do, unless `down` makes
them.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string, null: false
          add :color, :string, size: 20, null: false, default: "white"
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.ForgetColors do
      use Ecto.Migration

      def change do
        alter table(:products) do
          remove :color
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.ForgetColors do
      use Ecto.Migration

      def change do
        alter table(:products) do
          remove :color, :string, size: 20, null: false, default: "white"
        end
      end
    end
    ```

## Safe when
The type is said, or the migration has an `up` and a `down` of its own.

    ```elixir
    defmodule Shop.Repo.Migrations.ForgetTheColors do
      use Ecto.Migration

      def up do
        alter table(:products) do
          remove :color
        end
      end

      def down do
        alter table(:products) do
          add :color, :string, size: 20, null: false, default: "white"
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#remove/1
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#remove/3
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import AlterTable, RemoveColumn
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.inverse import dependents
from rules.rewrite.was import removal_edits
from rules.rule import Context, Rule
from rules.sql.names import stored

rule = Rule(__name__, Severity.RISK, about_rollback=True)

BESIDE: Final = "Write `down`, which restores the column and what was on it"


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find removals that Ecto will not reverse."""
    for change in alter.changes if context.is_reversed else ():
        if isinstance(change, RemoveColumn) and change.type is None:
            message = f"Rolling back raises: nothing says what `{alter.table.name}.{change.column}` was."
            yield rule.finding(
                change.span, context, message, context.offer(say_type, change, alter, context, otherwise=BESIDE)
            )


def say_type(change: RemoveColumn, alter: AlterTable, context: Context) -> Rewrite:
    """Say the type and the options that the column really had."""
    table, name = context.schema.table(alter.table.name), stored(change.column)
    if name not in table.columns:
        raise CannotWriteError("the column is not known")
    if dependents(table, name):
        return context.split_change(BESIDE)
    edits = removal_edits(context.migration.source, table, change)
    plainly = (Edit(change.place.name, "remove"),) if change.if_exists else ()
    return Rewrite(f"Say what `{change.column}` was", Safety.SAFE, (*plainly, *edits))
