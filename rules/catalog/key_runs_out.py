"""A key that counts up in 32 bits comes to its end.

After 2,147,483,647 rows, deleted ones and failed inserts included, each insert fails, and to change the type then
means to rewrite the table and all that refers to it. Ecto's own key is a `:bigserial`. Where almost all keys of a
project are 32 bits wide, this rule is silent.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces, primary_key: false) do
          add :id, :serial, primary_key: true
        end
      end
    end
    ```

## Safe when
The key has 64 bits, or is no counter.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces, primary_key: false) do
          add :id, :bigserial, primary_key: true
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, CreateTable
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.types import type_name

rule = Rule(__name__, Severity.ADVICE)
COUNTING = frozenset({"serial", "id"})


@rule.on(CreateTable)
def check(command: CreateTable, context: Context) -> Iterator[Finding]:
    """Find keys that count up in 32 bits, where almost all of the project do not."""
    counted = [part for part in command.columns if isinstance(part, AddColumn) and part.primary_key]
    for part in counted if len(counted) == 1 and context.on_postgres else ():
        is_small = type_name(part.type, part.options) == "integer" and context.background.conventions.key != "integer"
        if is_small and getattr(part.type, "name", "") in COUNTING:
            yield rule.finding(
                part.span, context, f"`{part.column}` ends at 2,147,483,647, and every insert after that fails."
            )
