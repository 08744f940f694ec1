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

from rules.ecto.commands import AlterTable, Execute, ModifyColumn, Sql
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, atom, call, literal, text
from rules.rewrite.follow_up import Part, new_migration
from rules.rewrite.layout import habit_of, lines
from rules.rewrite.sql import identifier, name_sql
from rules.rule import Context, Rule
from rules.schema.draft import key
from rules.schema.model import Check, Table
from rules.sql.effects import ColumnNullChanged
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(AlterTable)
def check_modify(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find columns that `modify` makes required on a table that others use."""
    for change in alter.changes:
        if isinstance(change, ModifyColumn) and change.null is False:
            where = alter.table.name, change.column
            if context.is_busy(alter.table.name) and not is_required(context.schema.table(key(where[0])), where[1]):
                rewrite = context.offer(require_in_steps, change, alter, context)
                yield rule.finding(change.span, context, message(*where), rewrite)


@rule.on(Execute)
def check_sql(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find SET NOT NULL where no validated check spares PostgreSQL the reading."""
    statements = execute.runs.statements if isinstance(execute.runs, Sql) else ()
    for effect in (effect for statement in statements for effect in statement.effects):
        if isinstance(effect, ColumnNullChanged) and effect.not_null and context.is_busy(effect.table):
            table = context.schema.table(key(effect.table))
            if not is_required(table, effect.column) and not is_checked(table, effect.column, context):
                yield rule.finding(execute.span, context, message(effect.table, effect.column))


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
    believes = 12  # the first major version that does, by its release notes
    return context.settings.postgres >= believes and any(one.expression.lower().strip("()") in said for one in checks)


def require_in_steps(change: ModifyColumn, alter: AlterTable, context: Context) -> Rewrite:
    """Check for NULL without reading the table, and require the column in the next migration."""
    migration, table = context.migration, context.schema.table(key(alter.table.name))
    known = table.columns.get(stored(change.column))
    alone = len(alter.changes) == 1 and {option.key for option in change.options} <= {"null"}
    if known is None or known.null is not True or not alone or not context.keeps_type(change, table):
        raise CannotWriteError("the modify does more than that")
    if not context.is_reversed or alter.place.shared:
        raise CannotWriteError("`down` would have to be written anew")
    name, sql = f"{table.name.name}_{known.name}_not_null", f"{identifier(known.name)} IS NOT NULL"
    constraint = call(
        "constraint",
        atom(table.name.name),
        atom(name),
        options=[("check", text(sql)), ("validate", literal(value=False))],
    )
    statement = call("create", constraint)
    column = migration.source.column_at(alter.span.start) - 1
    written = "\n".join(lines([statement], column, habit_of(migration.source))).lstrip()
    at, where = name_sql(table.name), identifier(known.name)
    up = [
        call("execute", text(f"ALTER TABLE {at} VALIDATE CONSTRAINT {identifier(name)}")),
        call("execute", text(f"ALTER TABLE {at} ALTER COLUMN {where} SET NOT NULL")),
        call("drop", call("constraint", atom(table.name.name), atom(name))),
    ]
    down = [statement, call("execute", text(f"ALTER TABLE {at} ALTER COLUMN {where} DROP NOT NULL"))]
    follow_up = new_migration(Part(migration, f"require_{table.name.name}_{known.name}", up, down))
    title = f"Check `{change.column}` for NULL first, require it in the next migration"
    return Rewrite(title, Safety.SAFE, (Edit(alter.span, written),), (follow_up,))
