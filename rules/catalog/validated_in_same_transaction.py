"""A constraint added unvalidated and validated in the same transaction keeps its lock while every row is read.

The first step takes a lock that stops writers, for a check also readers, and the transaction holds it to its end. The
reading was to happen without that lock: it has to wait for a transaction of its own, hence for the next migration.

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
The constraint is there before, and its validation alone.

    ```elixir
    defmodule Shop.Repo.Migrations.CheckReviews do
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

from rules.ecto.commands import Execute
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.place import remove_statement
from rules.rewrite.validate import validated_later
from rules.rule import Context, Rule
from rules.schema.draft import key
from rules.schema.model import Check, ForeignKey
from rules.sql.effects import ConstraintValidated
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE, locks=True)


@rule.on(Execute)
def check(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find constraints that are validated before the lock of their addition is given back."""
    for effect in execute.effects:
        if not isinstance(effect, ConstraintValidated) or not context.migration.in_transaction:
            continue
        known = context.start.table(key(effect.table)).constraints
        now = context.schema.table(key(effect.table)).constraints.get(stored(effect.name))
        if context.is_busy(effect.table) and now is not None and stored(effect.name) not in known:
            message = f"`{effect.table}` stays locked since `{effect.name}` was added, while every row is read."
            yield rule.finding(execute.span, context, message, context.offer(validate_later, execute, effect, context))


def validate_later(execute: Execute, validated: ConstraintValidated, context: Context) -> Rewrite:
    """Leave the validation for the next migration."""
    made = context.schema.table(key(validated.table)).constraints.get(stored(validated.name))
    if execute.place.shared or len(execute.effects) != 1 or not isinstance(made, Check | ForeignKey):
        raise CannotWriteError("the statement does more than that")
    edit = remove_statement(context.migration.source, execute.span)
    follow_up = validated_later(context.migration, validated.table, made)
    return Rewrite("Validate it in the next migration", Safety.SAFE, (edit,), (follow_up,))
