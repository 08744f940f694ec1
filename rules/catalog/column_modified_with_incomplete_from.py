"""A column modified with a `from:` that does not say all of what it was does not come back on rollback.

With a bare type, as in `from: :text`, the rollback repeats the options of the modify itself: what `null:`, `default:`
or `size:` have set stays. With `from: {type, options}` it sets those options and no others. In both cases
`mix ecto.rollback` reports success.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string, size: 80
          add :stock, :integer, null: false
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
          modify :stock, :integer, default: 1, from: :integer
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
          modify :stock, :integer, default: 1, from: {:integer, null: false, default: nil}
        end
      end
    end
    ```

## Safe when
Every option that the modify sets is said as it was.

    ```elixir
    defmodule Shop.Repo.Migrations.WidenTitles do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :title, :string, size: 90, from: {:string, size: 80}
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
from rules.schema.model import Table
from rules.sql.names import stored

rule = Rule(__name__, Severity.RISK, about_rollback=True)

BESIDE: Final = "Write `down`, which restores the column"


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find modifies whose reversal leaves a difference."""
    for left in context.leftovers(alter):
        if isinstance(left.part, ModifyColumn) and not left.raises:
            table = left.schema.table(alter.table.name)
            rewrite = context.offer(say_all, left.part, table, context, otherwise=BESIDE)
            yield rule.finding(left.part.span, context, left.sentence, rewrite, left.differences)


def say_all(change: ModifyColumn, table: Table, context: Context) -> Rewrite:
    """Say in `from:` every option that the modify changes, as it was."""
    if stored(change.column) not in table.columns:
        raise CannotWriteError("the column is not known")
    if needs_statement(table, change):
        return context.split_change(BESIDE)
    edits = from_edits(context.migration.source, table, change)
    return Rewrite(f"Say all that `{change.column}` was before", Safety.SAFE, edits)
