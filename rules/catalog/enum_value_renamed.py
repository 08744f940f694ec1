"""A value of an enum type is renamed while code that knows the old name runs.

From that moment every row has the new name: the old code reads a value that it does not know, for which `Ecto.Enum`
raises, and the old name that it writes is refused. Add the new value, let the code bear both, change the rows in
batches, and stop using the old one; PostgreSQL cannot drop it, which does no harm.

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

from rules.ecto.commands import Execute
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.draft import key
from rules.sql.effects import EnumValueRenamed, Kind
from rules.sql.names import Name

rule = Rule(__name__, Severity.RISK)


@rule.on(Execute)
def check(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find values of enum types that change their name under running code."""
    for effect in execute.effects:
        if isinstance(effect, EnumValueRenamed) and is_known_to_code(effect.type, context):
            message = f"Running code meets `{effect.to}`, which it does not know, and writes `{effect.value}` in vain."
            yield rule.finding(execute.span, context, message)


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
