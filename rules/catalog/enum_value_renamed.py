"""A value of an enum type is renamed or left out while code that knows it runs.

From that moment every row has the new name: the old code reads a value that it does not know, for which `Ecto.Enum`
raises, and the old name that it writes is refused. Add the new value, let the code bear both, change the rows in
batches, and stop using the old one; PostgreSQL cannot drop it, which does no harm. A type that is made anew without the
value is no way around: the rows that still have it make the change fail, and after it the old code's writes do.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        execute "CREATE TYPE state AS ENUM ('new', 'old')", "DROP TYPE state"

        create table(:products) do
          add :state, :state
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.RenameOld do
      use Ecto.Migration

      def change do
        execute "ALTER TYPE state RENAME VALUE 'old' TO 'used'", "ALTER TYPE state RENAME VALUE 'used' TO 'old'"
      end
    end
    ```

## Safe when
The value is added beside the old one.

    ```elixir
    defmodule Shop.Repo.Migrations.AddUsed do
      use Ecto.Migration

      # ecto-fix: one-way — PostgreSQL cannot drop a value

      def up do
        execute "ALTER TYPE state ADD VALUE IF NOT EXISTS 'used'"
      end

      def down do
        :ok
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertype.html
- https://hexdocs.pm/ecto/Ecto.Enum.html
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, Execute
from rules.finding import Finding, Severity, listed
from rules.rule import Context, Rule
from rules.schema.model import Schema, key
from rules.sql.effects import ColumnTypeChanged, EnumValueRenamed, Kind
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.RISK)


@rule.on(Execute)
def check(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find values of enum types that change their name under running code."""
    for effect in execute.effects:
        if isinstance(effect, EnumValueRenamed) and is_known_to_code(effect.type, context):
            message = f"Running code meets `{effect.to}`, which it does not know, and writes `{effect.value}` in vain."
            yield rule.finding(execute.span, context, message)


@rule.on(AlterTable, Execute)
def check_remade(command: AlterTable | Execute, context: Context) -> Iterator[Finding]:
    """Find columns that change to an enum type that lacks values of the one that they had."""
    for said in context.said(command):
        if isinstance(said, ColumnTypeChanged) and is_read(said.table, said.column, context):
            lost = left_out(said, context.schema)
            if lost:
                message = f"This fails if a row has {listed(lost)}, and running code writes what is gone in vain."
                yield rule.finding(command.span, context, message)


def left_out(said: ColumnTypeChanged, schema: Schema) -> list[str]:
    """Return the values that a column can have before a change of its type, and not after it."""
    column = schema.table(said.table).columns.get(stored(said.column))
    before, after = (values(kind, schema) for kind in (column.type if column else None, said.type))
    return [value for value in before if value not in after] if after else []


def values(kind: object, schema: Schema) -> tuple[str, ...]:
    """Return the values of an enum type, or of a list of it; nothing of any other type."""
    name = str(kind).removesuffix("[]").rpartition(".")[2]
    return next((thing.values for thing in schema.things.values() if thing.values and thing.name.name == name), ())


def is_read(table: Name, column: str, context: Context) -> bool:
    """Tell whether running code may use a column from before the change."""
    is_used = not context.running or context.running.use(table, column) is not None
    return is_used and context.is_live(table)


def is_known_to_code(kind: Name, context: Context) -> bool:
    """Tell whether running code may have met the type: not where the change makes it, or no code reads its columns."""
    merged = context.background.merged
    if not context.on_postgres or (merged.tables and (Kind.TYPE, None, key(kind)) not in merged.things):
        return False
    typed = [
        (table.name, column.name)
        for table in context.schema.tables.values()
        for column in table.columns.values()
        if column.type in {kind.name, f"{kind.name}[]"}
    ]
    return not context.running or any(context.running.use(table, column) for table, column in typed)
