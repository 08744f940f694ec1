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

from rules.ecto.commands import AddColumn, AlterTable, CreateTable, ModifyColumn
from rules.ecto.migration import Failure, Migration
from rules.ecto.refusals import Refusal, refusal
from rules.elixir.printer import one_line
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import call, text
from rules.rewrite.options import without_option
from rules.rewrite.place import put_text
from rules.rewrite.refused import put_right
from rules.rule import Context, Rule
from rules.schema.notes import Clash, Note
from rules.schema.types import is_serial
from rules.source import Span

rule = Rule(__name__, Severity.OUTAGE, raises=True)

MEANT: Final = {":datetime": ":utc_datetime", "Ecto.UUID": ":uuid", "Ecto.Enum": ":string", "Ecto.ULID": ":uuid"}
UNFIT: Final = re.compile(r"takes no modifier$|^'.*' is no ")
CALL: Final = re.compile(r"\w+\(.*\)")
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


@rule.on(AlterTable, CreateTable)
def check_values(command: AlterTable | CreateTable, context: Context) -> Iterator[Finding]:
    """Find what PostgreSQL refuses of a type: a size that it does not take, a default that is no value of it."""
    for part, note in context.clashes(Clash.REFUSED):
        if not UNFIT.search(note.text):
            continue  # what is wrong with keys is another rule's
        columns = part.columns if isinstance(part, CreateTable) else (part,)
        meant = [one for one in columns if isinstance(one, AddColumn | ModifyColumn) and _is_of(one, note, command)]
        rewrite = context.offer(fit, meant, context) if len(meant) == 1 else None
        span = meant[0].span if len(meant) == 1 else part.span
        yield rule.finding(span, context, f"PostgreSQL refuses this: {note.text}.", rewrite)


def _is_of(column: AddColumn | ModifyColumn, note: Note, command: AlterTable | CreateTable) -> bool:
    where = f"`{command.table.name}.{column.column}`"
    return where in note.text


def fit(columns: list[AddColumn | ModifyColumn], context: Context) -> Rewrite:
    """Leave a size out, or write a default that calls a function as SQL."""
    column, source = columns[0], context.migration.source
    default = column.options.option("default")
    if default is not None and isinstance(default.value, str) and CALL.fullmatch(default.value) and default.value_span:
        written = one_line(call("fragment", text(default.value)))
        return Rewrite("Write the default as SQL", Safety.REVIEW, put_text(source, default.value_span, written))
    return Rewrite("Leave `size:` out", Safety.SAFE, (without_option(source, column, "size"),))


def replace_type(failure: Failure, migration: Migration) -> Rewrite:
    """Write the type that the database has for it."""
    call = failure.span or Span(0, 0)
    found = list(REFUSED.finditer(migration.source[call]))
    if len(found) != 1:
        return put_right(failure, migration)
    at = Span(call.start + found[0].start(), call.start + found[0].end())
    return Rewrite(f"Write `{MEANT[found[0][0]]}`", Safety.REVIEW, (Edit(at, MEANT[found[0][0]]),))
