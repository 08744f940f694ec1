"""A constraint is validated while its own transaction still stops a table, for as long as every row is read.

Validating lets readers and writers through, but a lock that was taken before in the same transaction is held to its
end: by the command that added the constraint unvalidated, or by any other change of a table. The reading has to wait
for a transaction of its own, hence for the next migration.

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

      def up do
        create constraint(:products, :price_is_positive, check: "price > 0", validate: false)
        execute "ALTER TABLE products VALIDATE CONSTRAINT price_is_positive"
      end

      def down do
        drop constraint(:products, :price_is_positive)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CheckPrices do
      use Ecto.Migration

      def up do
        create constraint(:products, :price_is_positive, check: "price > 0", validate: false)
      end

      def down do
        drop constraint(:products, :price_is_positive)
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
Nothing is stopped: the table is born in the same pull request, or the validation stands alone.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateReviews do
      use Ecto.Migration

      def up do
        create table(:reviews) do
          add :stars, :integer
        end

        create constraint(:reviews, :stars_in_range, check: "stars BETWEEN 1 AND 5", validate: false)
        execute "ALTER TABLE reviews VALIDATE CONSTRAINT stars_in_range"
      end

      def down do
        drop table(:reviews)
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-VALIDATE-CONSTRAINT
"""

from collections.abc import Iterator

from rules.ecto.commands import Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.place import remove_statement
from rules.rewrite.validate import validated_later
from rules.rule import Context, Rule
from rules.schema.model import Check, ForeignKey
from rules.sql.effects import ConstraintValidated
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE, locks=True)


@rule.on(Execute, RepoCall)
def check(execute: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find constraints that are validated while something is locked that need not be."""
    validated = [effect for effect in context.said(execute) if isinstance(effect, ConstraintValidated)]
    reads = any(effect.reads_table for effect in context.effects(execute)) if validated else False
    for table in list(context.stopped_before(execute))[:1] if reads else ():
        message = f"`{table}` stays locked by what stands above, while every row of `{validated[0].table}` is read."
        rewrite = context.offer(validate_later, execute, validated[0], context)
        yield rule.finding(execute.span, context, message, rewrite)


def validate_later(execute: Execute | RepoCall, validated: ConstraintValidated, context: Context) -> Rewrite:
    """Leave the validation for the next migration."""
    made = context.schema.table(validated.table).constraints.get(stored(validated.name))
    if execute.place.shared or len(context.said(execute)) != 1 or not isinstance(made, Check | ForeignKey):
        raise CannotWriteError("the statement does more than that")
    edit = remove_statement(context.migration.source, execute.span)
    follow_up = validated_later(context.migration, validated.table, made)
    return Rewrite("Validate it in the next migration", Safety.SAFE, (edit,), (follow_up,))
