"""A new column that PostgreSQL fills by itself makes it write the whole table anew.

A serial and an identity take the next number of a sequence for each row, a stored generated column is worked out for
each row, and a domain with a check is held against each row. For all of them every row is written and every index
built again, while nobody can read or write the table. A plain column costs nothing; a sequence as its default, or a
trigger, fills new rows, and the old ones are filled in batches.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :code, :string
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.NumberProducts do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :number, :bigserial
        end
      end
    end
    ```

## Safe when
The table is born in the same pull request: it has no rows to fill.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateReviews do
      use Ecto.Migration

      def change do
        create table(:reviews) do
          add :number, :bigserial
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
- https://www.postgresql.org/docs/current/ddl-generated-columns.html
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, Execute, RepoCall
from rules.finding import Finding, Severity
from rules.postgres.effects.volatility import domain_is_checked
from rules.rule import Context, Rule
from rules.schema.model import Schema
from rules.sql.effects import ColumnAdded
from rules.sql.parts import SqlColumn
from rules.sql.types import SERIALS

rule = Rule(__name__, Severity.OUTAGE, locks=True)


@rule.on(AlterTable, Execute, RepoCall)
def check(command: AlterTable | Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find new columns of which PostgreSQL writes a value into every row."""
    for said in context.said(command):
        if isinstance(said, ColumnAdded) and context.is_busy(said.table) and fills_itself(said.column, context.schema):
            change = command.added(said.column.name) if isinstance(command, AlterTable) else None
            message = f"Nobody can read or write `{said.table}` while `{said.column.name}` is filled in every row."
            yield rule.finding(command.span if change is None else change.span, context, message)


def fills_itself(column: SqlColumn, schema: Schema) -> bool:
    """Tell whether a column has values without a default being said."""
    return column.generated is not None or column.type in SERIALS or domain_is_checked(column.type, schema)
