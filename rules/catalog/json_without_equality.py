"""A column of the type `json` can be neither compared nor indexed.

PostgreSQL keeps it as text, and has no equality for it: `distinct: true`, `group_by` and `union` fail on every query
that selects the column. `:map` makes a `jsonb`, which has both, and reads faster.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :data, :json
        end
      end
    end
    ```

## Safe when
It is a `jsonb`, which Ecto calls `:map`.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :data, :map
          add :more, :jsonb
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/datatype-json.html
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, CreateTable, ModifyColumn
from rules.ecto.types import ArrayType, NamedType
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.ADVICE)
JSON = frozenset({NamedType("json"), ArrayType(NamedType("json"))})


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find columns of the type json."""
    for part in command.columns if isinstance(command, CreateTable) else command.changes:
        if isinstance(part, AddColumn | ModifyColumn) and part.type in JSON and context.on_postgres:
            message = f"`{part.column}` cannot be compared: DISTINCT, GROUP BY and UNION fail on json."
            yield rule.finding(part.span, context, message)
