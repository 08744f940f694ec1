"""A column has a type that pads its values, or depends on the server's locale.

`char(n)` fills every value up with spaces, which come back when it is read and count in some comparisons but not in
others; it is neither smaller nor faster than text. `money` has as many decimal places as the server's locale says,
and reads differently on another server.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :code, :char, size: 8
        end
      end
    end
    ```

## Safe when
It is a text or a decimal.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :code, :string, size: 8
          add :worth, :decimal, precision: 12, scale: 2
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/datatype-character.html
- https://www.postgresql.org/docs/current/datatype-money.html
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, CreateTable, ModifyColumn
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.types import type_name

rule = Rule(__name__, Severity.ADVICE)
ONE = "character(1)"  # a single letter needs no padding


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find the types char and money."""
    for part in command.columns if isinstance(command, CreateTable) else command.changes:
        kind = type_name(part.type, part.options) if isinstance(part, AddColumn | ModifyColumn) else None
        if isinstance(kind, str) and context.on_postgres:
            if kind == "money":
                yield rule.finding(part.span, context, "What a `money` is depends on the server's locale.")
            elif kind.startswith("character(") and kind != ONE:
                yield rule.finding(part.span, context, f"Every value of {kind} is padded with spaces.")
