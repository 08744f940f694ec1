"""A column made NOT NULL in one step stops its table while every row is checked.

PostgreSQL takes an `ACCESS EXCLUSIVE` lock and reads the whole table to see that no NULL is left: until then nobody
reads or writes it. A check constraint that is not validated yet costs an instant; validating it reads the table while
others go on; and PostgreSQL 12 and newer then believe it and make the column NOT NULL without reading again. Rows
that hold NULL have to be filled before the second migration runs.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.RequireTitles do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :title, :string, null: false, from: {:string, null: true}
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.RequireTitles do
      use Ecto.Migration

      def change do
        create constraint(:products, :products_title_not_null,
                 check: "title IS NOT NULL",
                 validate: false
               )
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.RequireProductsTitle do
      use Ecto.Migration

      def up do
        execute "ALTER TABLE products VALIDATE CONSTRAINT products_title_not_null"
        execute "ALTER TABLE products ALTER COLUMN title SET NOT NULL"
        drop constraint(:products, :products_title_not_null)
      end

      def down do
        create constraint(:products, :products_title_not_null,
                 check: "title IS NOT NULL",
                 validate: false
               )

        execute "ALTER TABLE products ALTER COLUMN title DROP NOT NULL"
      end
    end
    ```

## Safe when
The column is NOT NULL already, or its table is born in the same pull request.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateLabels do
      use Ecto.Migration

      def change do
        create table(:labels) do
          add :text, :string
        end

        alter table(:labels) do
          modify :text, :string, null: false, from: {:string, null: true}
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-NOT-NULL
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, Execute, ModifyColumn
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.require import Requirement, null_changes
from rules.rule import Context, Rule
from rules.schema.model import Check, Table
from rules.sql.effects import ColumnNullChanged
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.OUTAGE, locks=True)
BELIEVING = 12  # PostgreSQL's first major version that takes a validated check as proof, by its release notes


@rule.on(AlterTable)
def check_modify(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find columns that `modify` makes required on a table that others use."""
    name = alter.table.name
    required = (one for one in alter.changes if isinstance(one, ModifyColumn) and one.null is False)
    for change in required if context.is_busy(name) else ():
        if not is_required(context.schema.table(name), change.column):
            rewrite = context.offer(require_in_steps, alter, name, change.column, context)
            yield rule.finding(change.span, context, message(name, change.column), rewrite)


@rule.on(Execute)
def check_sql(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find SET NOT NULL where no validated check spares PostgreSQL the reading."""
    for effect in execute.effects:
        if isinstance(effect, ColumnNullChanged) and effect.not_null and context.is_busy(effect.table):
            table = context.schema.table(effect.table)
            if not is_required(table, effect.column) and not is_checked(table, effect.column, context):
                rewrite = context.offer(require_in_steps, execute, effect.table, effect.column, context)
                yield rule.finding(execute.span, context, message(effect.table, effect.column), rewrite)


def message(table: Name, column: str) -> str:
    """Say what PostgreSQL does while it looks for NULLs."""
    return f"Nobody can read or write `{table}` while PostgreSQL looks for a NULL in `{column}`."


def is_required(table: Table, column: str) -> bool:
    """Tell whether the column is NOT NULL already."""
    found = table.columns.get(stored(column))
    return found is not None and found.null is False


def is_checked(table: Table, column: str, context: Context) -> bool:
    """Tell whether a validated check says that the column holds no NULL, and PostgreSQL believes it."""
    said = {f"{name} is not null" for name in (column, f'"{column}"')}
    checks = (one for one in table.constraints.values() if isinstance(one, Check) and one.validated)
    proven = any(one.expression.lower().strip("()") in said for one in checks)
    return proven and context.settings.postgres >= BELIEVING


def require_in_steps(command: AlterTable | Execute, name: Name, column: str, context: Context) -> Rewrite:
    """Check for NULL without reading the table, and require the column in the next migration."""
    table = context.schema.table(name)
    known = table.columns.get(stored(column))
    if known is None or known.null is not True or context.settings.postgres < BELIEVING:
        raise CannotWriteError("whether NULL was allowed is not known, or PostgreSQL would read all rows anyway")
    if isinstance(command, Execute) and command.sql and len(null_changes(command.sql)) != 1:
        raise CannotWriteError("the statement does more than that")
    required = Requirement(context.migration, table, known)
    title = f"Check `{column}` for NULL first, require it in the next migration"
    return Rewrite(title, Safety.SAFE, required.edits(command), (required.follow_up(),))
