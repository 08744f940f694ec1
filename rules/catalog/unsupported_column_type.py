"""A column has a type that a migration does not take.

A migration's types are PostgreSQL's, not those of a schema module: Ecto raises for `:datetime`, for modules such as
`Ecto.UUID` and `Ecto.Enum`, and for strings. And `:serial` and `:bigserial` are shorthands for a new column; no column
can be changed to them.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateVisits do
      use Ecto.Migration

      def change do
        create table(:visits) do
          add :at, :datetime
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CreateVisits do
      use Ecto.Migration

      def change do
        create table(:visits) do
          add :at, :utc_datetime
        end
      end
    end
    ```

## Safe when
The types are the database's.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateCalls do
      use Ecto.Migration

      def change do
        create table(:calls) do
          add :at, :utc_datetime
          add :caller, :uuid
          add :kind, :string
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-field-types
- https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL
"""

import re
from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import AlterTable, ModifyColumn
from rules.ecto.migration import Failure, Migration
from rules.ecto.refusals import Refusal, refusal
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.refused import put_right
from rules.rule import Context, Rule
from rules.schema.types import is_serial
from rules.source import Span

rule = Rule(__name__, Severity.OUTAGE, raises=True)

MEANT: Final = {":datetime": ":utc_datetime", "Ecto.UUID": ":uuid", "Ecto.Enum": ":string", "Ecto.ULID": ":uuid"}
REFUSED: Final = re.compile(r":datetime\b|Ecto\.(?:UUID|Enum|ULID)\b")


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find the first type that Ecto refuses."""
    failure = migration.up.failure
    if failure is not None and failure.span is not None and refusal(failure) is Refusal.TYPE:
        message = f"Ecto raises here: {failure.message.split(', ')[0].split('. ')[0]}."
        yield rule.finding(failure.span, context, message, context.offer(replace_type, failure, migration))


@rule.on(AlterTable)
def check_serial(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find columns that are to become serial."""
    for change in alter.changes if context.on_postgres else ():
        if isinstance(change, ModifyColumn) and is_serial(change.type):
            message = f"PostgreSQL has no type to change `{change.column}` to: serial is a way to add a column."
            yield rule.finding(change.span, context, message)


def replace_type(failure: Failure, migration: Migration) -> Rewrite:
    """Write the type that the database has for it."""
    call = failure.span or Span(0, 0)
    found = list(REFUSED.finditer(migration.source[call]))
    if len(found) != 1:
        return put_right(failure, migration)
    at = Span(call.start + found[0].start(), call.start + found[0].end())
    return Rewrite(f"Write `{MEANT[found[0][0]]}`", Safety.REVIEW, (Edit(at, MEANT[found[0][0]]),))
