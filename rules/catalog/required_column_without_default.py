"""A required column without a default cannot be added to a table that holds rows.

PostgreSQL would have to put NULL into every row that is there, and refuses; a test database without rows says nothing
of it. Where the table happens to be empty, the code that runs meanwhile fails: it does not know the column, and its
inserts leave it out. Add the column as nullable, let the new code fill it, fill the old rows, and require it last; or
give it a default, which costs nothing since PostgreSQL 11.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :stock, :integer, null: false, default: 0
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.WeighProducts do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :weight, :integer, null: false
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.WeighProducts do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :weight, :integer
        end
      end
    end
    ```

## Safe when
There is a default, or the table is born in the same pull request.

    ```elixir
    defmodule Shop.Repo.Migrations.WeighProducts do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :weight, :integer, null: false, default: 0
        end
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.CreateBoxes do
      use Ecto.Migration

      def change do
        create table(:boxes)

        alter table(:boxes) do
          add :weight, :integer, null: false
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#add/3
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, Execute
from rules.finding import Finding, Severity, listed
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.options import without_option
from rules.rule import Context, Rule
from rules.schema.types import is_serial
from rules.schema.written import is_emptied
from rules.source import Span
from rules.sql.effects import ColumnAdded
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find columns that `add` makes required without a value for the rows that are there."""
    name = alter.table.name
    there = context.schema.table(name).columns
    required = [
        part
        for part in alter.changes
        if isinstance(part, AddColumn)
        and lacks_value(part)
        and not (part.if_not_exists and stored(part.column) in there)
    ]
    if required and may_hold_rows(name, alter.span, context):
        said = message(name, [part.column for part in required])
        yield rule.finding(required[0].span, context, said, context.offer(allow_null, required, context))


@rule.on(Execute)
def check_sql(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find the same in SQL."""
    for effect in execute.effects:
        if not isinstance(effect, ColumnAdded) or not may_hold_rows(effect.table, execute.span, context):
            continue
        column = effect.column
        if column.not_null and column.default is None and column.generated is None and "serial" not in column.type:
            yield rule.finding(execute.span, context, message(effect.table, [column.name]))


def message(table: Name, columns: list[str]) -> str:
    """Say when PostgreSQL refuses, and whom it refuses afterwards."""
    return f"This fails if `{table}` holds a row, and so does every insert that does not know {listed(columns)}."


def may_hold_rows(name: Name, at: Span, context: Context) -> bool:
    """Tell whether a table may have rows when the command at *at* comes."""
    earlier = (command for command, _ in context.before if command.span.end <= at.start)
    return context.is_live(name) and not is_emptied(name, earlier)


def lacks_value(part: AddColumn) -> bool:
    """Tell whether a column may not be NULL, and PostgreSQL has nothing else to put there."""
    is_required = part.null is False or part.primary_key
    fills_itself = is_serial(part.type) or getattr(part.type, "name", "") == "identity" or "generated" in part.options
    is_stamp = part.place.call.form == "timestamps"  # of which there is a rule of its own
    return is_required and part.default is None and not fills_itself and not is_stamp


def allow_null(parts: list[AddColumn], context: Context) -> Rewrite:
    """Leave NULL in until the code fills the columns."""
    edits = tuple(without_option(context.migration.source, part, "null") for part in parts)
    return Rewrite(
        f"Let {listed([part.column for part in parts])} be NULL until all code fills it", Safety.REVIEW, edits
    )
