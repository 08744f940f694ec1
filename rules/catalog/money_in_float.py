"""Money in a float is rounded.

A float holds binary fractions, of which hardly any is a whole number of cents: sums drift, comparisons fail, and an
invoice does not add up. A whole number of the smallest unit (`:integer`, or `:bigint`), or a `:decimal` with precision
and scale, is exact.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateInvoices do
      use Ecto.Migration

      def change do
        create table(:invoices) do
          add :price, :float
        end
      end
    end
    ```

## Safe when
The type is exact, or the column measures something.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateInvoices do
      use Ecto.Migration

      def change do
        create table(:invoices) do
          add :price_in_cents, :integer
          add :fee, :decimal, precision: 12, scale: 2
          add :price_change_percent, :float
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-FLOAT
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import AddColumn, AlterTable, CreateTable, ModifyColumn
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.conventions import is_money
from rules.schema.types import type_name

rule = Rule(__name__, Severity.RISK)
FLOATS: Final = frozenset({"double precision", "real"})


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find columns that are named like money and round like measurements."""
    for part in command.columns if isinstance(command, CreateTable) else command.changes:
        if not isinstance(part, AddColumn | ModifyColumn) or type_name(part.type, part.options) not in FLOATS:
            continue
        if is_money(part.column) and context.on_postgres:
            yield rule.finding(part.span, context, f"`{part.column}` rounds: 0.1 and 0.2 make no 0.3 in a float.")
