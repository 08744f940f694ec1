"""A table that is not logged loses all of its rows in a crash.

PostgreSQL does not write what happens to it into its log: after a crash the table is emptied, a replica never has it,
and no backup of the log brings it back. That is fine for what can be computed again.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        execute "CREATE UNLOGGED TABLE quinces (id bigint PRIMARY KEY)", "DROP TABLE quinces"
      end
    end
    ```

## Safe when
It is an ordinary table.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :size, :integer
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-UNLOGGED
"""

from collections.abc import Iterator

from rules.ecto.commands import CreateTable, Execute
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.sql.effects import TableAltered, TableCreated

rule = Rule(__name__, Severity.ADVICE)


@rule.on(CreateTable)
def check(command: CreateTable, context: Context) -> Iterator[Finding]:
    """Find unlogged tables."""
    if "UNLOGGED" in (command.table.modifiers or "").upper() and context.on_postgres:
        yield rule.finding(command.span, context, message(str(command.table.name)))


@rule.on(Execute)
def check_sql(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find the same in SQL."""
    for effect in execute.effects if context.on_postgres else ():
        is_made = isinstance(effect, TableCreated) and effect.persistence == "unlogged"
        is_set = isinstance(effect, TableAltered) and effect.action == "SetUnLogged"
        if isinstance(effect, TableCreated | TableAltered) and (is_made or is_set):
            yield rule.finding(execute.span, context, message(str(effect.table)))


def message(table: str) -> str:
    """Say what becomes of the rows."""
    return f"`{table}` is empty after a crash, and never reaches a replica."
