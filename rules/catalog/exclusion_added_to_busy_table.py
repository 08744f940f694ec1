"""An exclusion constraint stops its table while its index is built.

PostgreSQL takes an `ACCESS EXCLUSIVE` lock, reads the whole table and builds an index, and there is no other way: an
exclusion constraint cannot be added unvalidated, and cannot take over an index that was built concurrently. For a
large table it takes a window of maintenance, or a new table that has the constraint from the beginning and is filled
while the old one is still in use.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateBookings do
      use Ecto.Migration

      def change do
        create table(:bookings) do
          add :nights, :daterange
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.KeepNightsApart do
      use Ecto.Migration

      def change do
        create constraint(:bookings, :nights_apart, exclude: "gist (nights WITH &&)")
      end
    end
    ```

## Safe when
The table is born in the same pull request: it has no rows.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateVisits do
      use Ecto.Migration

      def change do
        create table(:visits) do
          add :days, :daterange
        end

        create constraint(:visits, :days_apart, exclude: "gist (days WITH &&)")
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-createtable.html#SQL-CREATETABLE-EXCLUDE
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#constraint/3
"""

from collections.abc import Iterator

from rules.ecto.commands import CreateConstraint, Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.sql.effects import ConstraintAdded
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.OUTAGE, locks=True)


@rule.on(CreateConstraint)
def check(command: CreateConstraint, context: Context) -> Iterator[Finding]:
    """Find exclusion constraints of tables that others use."""
    constraint = command.constraint
    refused = not constraint.validate  # PostgreSQL knows no such thing, and has its own rule
    if constraint.exclude is not None and not refused and context.is_busy(constraint.table):
        yield rule.finding(command.span, context, message(constraint.table, constraint.name))


@rule.on(Execute, RepoCall)
def check_sql(execute: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find exclusion constraints that SQL adds."""
    for effect in context.said(execute):
        if not isinstance(effect, ConstraintAdded) or effect.constraint.kind != "EXCLUDE":
            continue
        if context.is_busy(effect.table):
            yield rule.finding(execute.span, context, message(effect.table, effect.constraint.name or "its constraint"))


def message(table: Name, constraint: str) -> str:
    """Say who waits while what is done."""
    return f"Nobody can read or write `{table}` while the index of `{stored(constraint)}` is built."
