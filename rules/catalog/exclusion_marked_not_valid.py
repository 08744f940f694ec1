"""An exclusion constraint cannot be added without looking at the rows.

`validate: false` leaves the rows that are there alone, and PostgreSQL offers that for checks and foreign keys. An
exclusion constraint rests on an index, which has to be built: PostgreSQL refuses `NOT VALID`.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateStays do
      use Ecto.Migration

      def change do
        create table(:stays) do
          add :nights, :daterange
        end

        create constraint(:stays, :one_guest_a_night, exclude: "gist (nights WITH &&)", validate: false)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CreateStays do
      use Ecto.Migration

      def change do
        create table(:stays) do
          add :nights, :daterange
        end

        create constraint(:stays, :one_guest_a_night, exclude: "gist (nights WITH &&)")
      end
    end
    ```

## Safe when
A check may be validated later.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateRooms do
      use Ecto.Migration

      def change do
        create table(:rooms) do
          add :beds, :integer
        end

        create constraint(:rooms, :has_beds, check: "beds > 0", validate: false)
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#constraint/3
"""

from collections.abc import Iterator

from rules.ecto.commands import Constraint, CreateConstraint
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rule import Context, Rule
from rules.source import SourceFile, Span
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE, raises=True)


@rule.on(CreateConstraint)
def check(command: CreateConstraint, context: Context) -> Iterator[Finding]:
    """Find exclusion constraints that are not to be validated."""
    constraint = command.constraint
    if context.on_postgres and constraint.exclude is not None and not constraint.validate:
        message = f"PostgreSQL refuses `{stored(constraint.name)}`: an exclusion constraint is never NOT VALID."
        rewrite = context.offer(validate, constraint, context.migration.source)
        yield rule.finding(command.span, context, message, rewrite)


def validate(constraint: Constraint, source: SourceFile) -> Rewrite:
    """Leave `validate: false` out."""
    option = constraint.options.option("validate")
    if option is None or option.span is None or constraint.place.shared:
        raise CannotWriteError("the option stands elsewhere")
    before = source.text[: option.span.start].rstrip()
    if not before.endswith(","):
        raise CannotWriteError("the option comes first")
    return Rewrite("Leave `validate: false` out", Safety.SAFE, (Edit(Span(len(before) - 1, option.span.end), ""),))
