"""A column modified in `change` without `from:` cannot be rolled back.

Ecto reverses `modify` only if `from:` says what the column was before; otherwise `mix ecto.rollback` raises
`Ecto.MigrationError`. With a bare type, as in `from: :text`, the rollback repeats the options of the modify itself,
so `null:`, `default:` and sizes stay as they are: the tuple `{type, options}` brings each of them back.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string, size: 80
          add :stock, :integer, null: false, default: 0
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AssumeStock do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :stock, :integer, default: 1
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.AssumeStock do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :stock, :integer, default: 1, from: {:integer, null: false, default: 0}
        end
      end
    end
    ```

## Safe when
`from:` is there, or `up` and `down` say both ways themselves.

    ```elixir
    defmodule Shop.Repo.Migrations.WidenTitles do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :title, :text, from: {:string, size: 80}
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#modify/3
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import AlterTable, ModifyColumn
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.inverse import needs_statement
from rules.rewrite.was import from_edits
from rules.rule import Context, Rule
from rules.sql.names import stored

rule = Rule(__name__, Severity.RISK, about_rollback=True)

BESIDE: Final = "Write `down`, which restores the column"


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find modifies that Ecto will not reverse."""
    for change in alter.changes if context.is_reversed else ():
        if isinstance(change, ModifyColumn) and change.was is None:
            message = f"Rolling back raises: nothing says what `{alter.table.name}.{change.column}` was before."
            yield rule.finding(
                change.span, context, message, context.offer(say_from, change, alter, context, otherwise=BESIDE)
            )


def say_from(change: ModifyColumn, alter: AlterTable, context: Context) -> Rewrite:
    """Say what the column was, with every option that the modify changes."""
    table = context.schema.table(alter.table.name)
    if stored(change.column) not in table.columns:
        raise CannotWriteError("the column is not known")
    if needs_statement(table, change):
        return context.split_change(BESIDE)
    edits = from_edits(context.migration.source, table, change)
    return Rewrite(f"Say what `{change.column}` was before", Safety.SAFE, edits)
