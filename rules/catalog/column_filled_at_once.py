"""A new column that PostgreSQL fills by itself makes it write the whole table anew.

A serial and an identity take the next number of a sequence for each row, a stored generated column is worked out for
each row, and a domain with a check is held against each row. For all of them every row is written and every index
built again, while nobody can read or write the table. A plain column costs nothing; a sequence as its default, or a
trigger, fills new rows, and the old ones are filled in batches. A column cannot become a generated one later.

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

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.NumberProducts do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :number, :bigint
        end

        execute "CREATE SEQUENCE products_number_seq OWNED BY products.number",
                "DROP SEQUENCE products_number_seq"

        execute "ALTER TABLE products ALTER COLUMN number SET DEFAULT nextval('products_number_seq')",
                "ALTER TABLE products ALTER COLUMN number DROP DEFAULT"

        create constraint(:products, :products_number_not_null,
                 check: "number IS NOT NULL",
                 validate: false
               )
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.BackfillProductsNumber do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def up do
        backfill(0)
      end

      def down do
        :ok
      end

      defp backfill(last) do
        %{rows: [[next]]} =
          repo().query!(
            \"\"\"
            WITH batch AS (
              SELECT id AS batch_id FROM products WHERE id > $1 ORDER BY id LIMIT 1000
            ), written AS (
              UPDATE products SET number = nextval('products_number_seq')
              FROM batch
              WHERE products.id = batch.batch_id AND (number IS NULL)
            )
            SELECT max(batch_id) FROM batch
            \"\"\",
            [last],
            log: false
          )

        if next, do: backfill(next)
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.RequireProductsNumber do
      use Ecto.Migration

      def up do
        execute "ALTER TABLE products VALIDATE CONSTRAINT products_number_not_null"
        execute "ALTER TABLE products ALTER COLUMN number SET NOT NULL"
        drop constraint(:products, :products_number_not_null)
      end

      def down do
        create constraint(:products, :products_number_not_null,
                 check: "number IS NOT NULL",
                 validate: false
               )

        execute "ALTER TABLE products ALTER COLUMN number DROP NOT NULL"
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

from rules.ecto.commands import AddColumn, AlterTable, Execute, RepoCall
from rules.finding import Finding, Severity
from rules.postgres.effects.volatility import domain_is_checked
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.filling import Filling
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
            rewrite = context.offer(number_in_steps, command, change, context)
            yield rule.finding(command.span if change is None else change.span, context, message, rewrite)


def fills_itself(column: SqlColumn, schema: Schema) -> bool:
    """Tell whether a column has values without a default being said."""
    return column.generated is not None or column.type in SERIALS or domain_is_checked(column.type, schema)


def number_in_steps(command: AlterTable | Execute | RepoCall, change: AddColumn | None, context: Context) -> Rewrite:
    """Add a plain column, let a sequence number new rows, and the old ones a batch at a time."""
    if not isinstance(command, AlterTable) or change is None:
        raise CannotWriteError("the column is not added by a plain command")
    filling = Filling.of_serial(context.migration, command, change, context.schema)
    title = "Add a plain column with a sequence, and number its rows in the next migration"
    return Rewrite(title, Safety.REVIEW, filling.edits(), filling.follow_ups(lock=context.waits_for_lock))
