"""A name has to be quoted wherever SQL is written by hand.

Ecto quotes every name, `execute`, `fragment` and psql do not: without quotes PostgreSQL folds `createdAt` to
`createdat`, and takes `user` for the one who asks. This rule is silent unless a repository asks for it.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :plantedAt, :date
        end
      end
    end
    ```

## Safe when
It is written in small letters, and is no word of SQL.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :planted_at, :date
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-keywords-appendix.html
- https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, CreateTable
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.text import needs_quotes

rule = Rule(__name__, Severity.ADVICE, on_request=True)


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find names that SQL does not take as they are."""
    if isinstance(command, CreateTable) and needs_quotes(command.table.name.name):
        yield rule.finding(command.span, context, message(command.table.name.name))
    for part in command.columns if isinstance(command, CreateTable) else command.changes:
        if isinstance(part, AddColumn) and needs_quotes(part.column):
            yield rule.finding(part.span, context, message(part.column))


def message(name: str) -> str:
    """Say where the name stumbles."""
    return f"In SQL `{name}` has to be quoted, wherever it is written by hand."
