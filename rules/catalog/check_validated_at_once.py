"""A check constraint added in one step stops its table while every row is checked.

PostgreSQL takes an `ACCESS EXCLUSIVE` lock and reads the whole table: until then nobody reads or writes it. With
`validate: false` the check holds for new rows at once and costs an instant; validating it in a later migration reads
the table while others go on.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :price, :integer
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CheckPrices do
      use Ecto.Migration

      def change do
        create constraint(:products, :price_is_positive, check: "price > 0")
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CheckPrices do
      use Ecto.Migration

      def change do
        create constraint(:products, :price_is_positive, check: "price > 0", validate: false)
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.ValidatePriceIsPositive do
      use Ecto.Migration

      def up do
        execute "ALTER TABLE products VALIDATE CONSTRAINT price_is_positive"
      end

      def down do
        drop constraint(:products, :price_is_positive)
        create constraint(:products, :price_is_positive, check: "price > 0", validate: false)
      end
    end
    ```

## Safe when
The table is born in the same pull request: it has no rows to check.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateReviews do
      use Ecto.Migration

      def change do
        create table(:reviews) do
          add :stars, :integer
        end

        create constraint(:reviews, :stars_in_range, check: "stars BETWEEN 1 AND 5")
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#constraint/3
"""

from collections.abc import Iterator

from rules.ecto.commands import CreateConstraint, Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, literal
from rules.rewrite.place import add_option
from rules.rewrite.validate import made_by, said_not_valid, validated_later
from rules.rule import Context, Rule
from rules.sql.effects import ConstraintAdded
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.OUTAGE, locks=True)
TITLE = "Add the check for new rows, validate the old ones in the next migration"


@rule.on(CreateConstraint)
def check(command: CreateConstraint, context: Context) -> Iterator[Finding]:
    """Find checks that are made of all rows while the table is locked."""
    constraint = command.constraint
    if constraint.check is not None and constraint.validate and context.is_busy(constraint.table):
        rewrite = context.offer(validate_later, command, context)
        yield rule.finding(command.span, context, message(constraint.table, constraint.name), rewrite)


@rule.on(Execute, RepoCall)
def check_sql(execute: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find checks that SQL adds without NOT VALID."""
    for effect in context.said(execute):
        if not isinstance(effect, ConstraintAdded) or effect.constraint.kind != "CHECK":
            continue
        if effect.constraint.valid and context.is_busy(effect.table):
            rewrite = context.offer(validate_sql_later, effect, execute, context)
            said = message(effect.table, effect.constraint.name or "this check")
            yield rule.finding(execute.span, context, said, rewrite)


def message(table: Name, constraint: str) -> str:
    """Say who waits while what is done."""
    return f"Nobody can read or write `{table}` while PostgreSQL holds every row against `{stored(constraint)}`."


def validate_later(command: CreateConstraint, context: Context) -> Rewrite:
    """Leave the rows that are there for the next migration."""
    constraint = command.constraint
    if "validate" in constraint.options:
        raise CannotWriteError("it is said on purpose")
    edits = add_option(context.migration.source, constraint.place, "validate", literal(value=False))
    made = made_by(command, context.schema, constraint.table, constraint.name)
    follow_up = validated_later(context.migration, constraint.table, made)
    return Rewrite(TITLE, Safety.SAFE, edits, (follow_up,))


def validate_sql_later(added: ConstraintAdded, execute: Execute | RepoCall, context: Context) -> Rewrite:
    """Say NOT VALID, and validate in the next migration."""
    if added.constraint.name is None or added.with_column or (sql := execute.sql) is None:
        raise CannotWriteError("the check has no name of its own")
    edits = said_not_valid(context.migration.source, sql)
    made = made_by(execute, context.schema, added.table, added.constraint.name)
    follow_up = validated_later(context.migration, added.table, made)
    return Rewrite(TITLE, Safety.SAFE, edits, (follow_up,))
