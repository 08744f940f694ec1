"""An index or a constraint is dropped that its column has already taken along.

When a column is removed, PostgreSQL drops the indexes and constraints that use it. A `drop` that comes later in the
same migration finds nothing, and raises. Before the column it is not only allowed, but also what a rollback needs to
make the index again.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :price, :integer
        end

        create index(:products, [:price])
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.ForgetPrices do
      use Ecto.Migration

      def change do
        alter table(:products) do
          remove :price, :integer
        end

        drop index(:products, [:price])
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.ForgetPrices do
      use Ecto.Migration

      def change do
        drop index(:products, [:price])

        alter table(:products) do
          remove :price, :integer
        end
      end
    end
    ```

## Safe when
The index goes first.

    ```elixir
    defmodule Shop.Repo.Migrations.ForgetThePrices do
      use Ecto.Migration

      def change do
        drop index(:products, [:price])

        alter table(:products) do
          remove :price, :integer
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-DROP-COLUMN
"""

from collections.abc import Iterator
from itertools import pairwise

from rules.ecto.commands import AlterTable, Command, DropConstraint, DropIndex
from rules.finding import Finding, Severity
from rules.rewrite.blocks import moved_before
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rule import Context, Rule
from rules.schema.model import Schema
from rules.schema.notes import Clash
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE, raises=True)

Drop = DropConstraint | DropIndex


@rule.on(DropConstraint, DropIndex)
def check(command: Drop, context: Context) -> Iterator[Finding]:
    """Find drops of what a column has taken along in this migration."""
    if any(context.clashes(Clash.MISSING)):
        for culprit in _culprits(command, context):
            name = command.index.name if isinstance(command, DropIndex) else command.constraint.name
            message = f"`{name}` is gone by now: its column took it along."
            yield rule.finding(command.span, context, message, context.offer(move, command, culprit, context))


def move(command: Drop, culprit: Command, context: Context) -> Rewrite:
    """Drop it before the column."""
    if command.place.shared or not isinstance(culprit, AlterTable):
        raise CannotWriteError("the two do not stand side by side")
    edits = moved_before(context.migration.source, command.span, culprit.span)
    return Rewrite("Drop it before its column", Safety.SAFE, edits)


def _culprits(command: Drop, context: Context) -> Iterator[Command]:
    """Yield the command of this migration that took it away, unless that one named it, too."""
    for (earlier, before), (_, after) in pairwise(context.before):
        if _has(before, command) and not _has(after, command) and not isinstance(earlier, Drop):
            yield earlier


def _has(schema: Schema, command: Drop) -> bool:
    if isinstance(command, DropIndex):
        return stored(command.index.name) in schema.table(command.index.table).indexes
    return stored(command.constraint.name) in schema.table(command.constraint.table).constraints
