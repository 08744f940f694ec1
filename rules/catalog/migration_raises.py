"""Ecto raises before it sends anything to the database.

Some values fit no clause of Ecto's functions, or are refused when the SQL is written: a default that is an atom, a
constraint without a condition, an action on delete that does not exist, `scale` without `precision`. The message is
the one that `mix ecto.migrate` would print. An `alter` without a change becomes half a statement, which PostgreSQL
refuses.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateOrders do
      use Ecto.Migration

      def change do
        create table(:orders) do
          add :state, :string, default: :open
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CreateOrders do
      use Ecto.Migration

      def change do
        create table(:orders) do
          add :state, :string, default: "open"
        end
      end
    end
    ```

## Safe when
The default is a string.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateInvoices do
      use Ecto.Migration

      def change do
        create table(:invoices) do
          add :state, :string, default: "open"
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#add/3-options
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#constraint/3
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#references/2
"""

import re
from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import AddColumn, AlterTable, Command, CreateTable, ModifyColumn, Sql
from rules.ecto.migration import Failure, Migration
from rules.ecto.refusals import Refusal, refusal
from rules.ecto.types import NamedType
from rules.ecto.values import Atom, Value
from rules.elixir import syntax
from rules.elixir.printer import one_line
from rules.finding import Finding, Severity
from rules.postgres.statements import script
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, text
from rules.rewrite.inverse import inverse_sql
from rules.rewrite.place import put_text, remove_statement
from rules.rewrite.refused import call_at, make_public, put_right
from rules.rule import Context, Rule
from rules.schema.replay import replay
from rules.source import SourceFile, Span

rule = Rule(__name__, Severity.OUTAGE, raises=True)

OF_ECTO: Final = frozenset({"ArgumentError", "Ecto.MigrationError", "FunctionClauseError", "Protocol.UndefinedError"})
USES: Final = re.compile(r"^\s*use\s", re.MULTILINE)
DECIMAL: Final = re.compile(r"""Decimal\.new\("?(?P<digits>-?[\d.]+)"?\)""")
DEFAULT: Final = "unknown default"
NO_REVERSE: Final = "no function clause matching in Ecto.Migration.execute/2"
SHOWN: Final = 90  # characters of a message; the rest is Ecto's advice


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find what Ecto refuses, but for what other rules know more about."""
    failure = script(migration.up).failure if context.on_postgres else migration.up.failure
    if failure is None or failure.kind not in OF_ECTO or not _is_certain(failure, migration):
        return
    span = failure.span or migration.after_use
    if span is not None:
        message = f"Ecto raises here: {failure.message.split('. ')[0][:SHOWN]}."
        yield rule.finding(span, context, message, context.offer(mend, failure, context))


@rule.on(AlterTable)
def check_alter(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find an `alter` that changes nothing."""
    if not alter.changes and context.on_postgres:
        message = f"PostgreSQL refuses an `alter` of `{alter.table.name}` that changes nothing."
        yield rule.finding(alter.span, context, message, context.offer(leave_out, alter, context))


def leave_out(alter: AlterTable, context: Context) -> Rewrite:
    """Take an `alter` away that changes nothing."""
    source = context.migration.source
    if alter.place.shared or "#" in source[alter.span]:
        raise CannotWriteError("it does not stand there alone")
    return Rewrite("Leave it out", Safety.REVIEW, (remove_statement(source, alter.span),))


def mend(failure: Failure, context: Context) -> Rewrite:
    """Make what was probably meant of what Ecto refuses."""
    if refusal(failure) is Refusal.CALLBACK:
        return make_public(context.migration.source)
    if failure.command is not None and failure.message.startswith(DEFAULT):
        return quote_default(failure.command, context.migration.source)
    if failure.message.startswith(NO_REVERSE) and failure.span is not None:
        return say_inverse(call_at(context.migration.source, failure.span), context)
    return put_right(failure, context.migration)


def say_inverse(execute: syntax.Call, context: Context) -> Rewrite:
    """Say how to undo a statement, where nil stands."""
    runs, reverse = execute.args
    if not isinstance(runs, syntax.String) or not isinstance(reverse, syntax.Atom):
        raise CannotWriteError("the statement is not plain")
    met = replay(context.start, context.migration.up.commands).schema
    inverse = inverse_sql(Sql(str(runs.value), runs.span), met)
    edits = put_text(context.migration.source, reverse.span, one_line(text(inverse)))
    return Rewrite("Say how to undo it", Safety.SAFE, edits)


def quote_default(command: Command, source: SourceFile) -> Rewrite:
    """Write a default that Ecto does not take as a string."""
    parts = command.columns if isinstance(command, CreateTable) else ()
    parts = command.changes if isinstance(command, AlterTable) else parts
    edits = []
    for part in parts:
        option = part.options.option("default") if isinstance(part, AddColumn | ModifyColumn) else None
        if option is not None and option.value_span is not None and isinstance(part, AddColumn | ModifyColumn):
            meant = _as_string(option.value, part, source[option.value_span])
            edits += [Edit(option.value_span, one_line(text(meant)))] if meant is not None else []
    if not edits:
        raise CannotWriteError("what was meant is not plain")
    return Rewrite("Write the default as a string", Safety.SAFE, tuple(edits))


def _as_string(value: Value, part: AddColumn | ModifyColumn, written: str) -> str | None:
    """Return a default that Ecto refuses as the string that PostgreSQL would read."""
    if isinstance(value, Atom):
        return value.name
    if written == "%{}" and part.type in {NamedType("json"), NamedType("jsonb")}:
        return written.removeprefix("%")
    decimal = DECIMAL.fullmatch(written)
    return decimal["digits"] if decimal else None


def _is_certain(failure: Failure, migration: Migration) -> bool:
    """Tell whether no macro may define what seems to be missing, and no other rule speaks of it."""
    if refusal(failure) is Refusal.CALLBACK:
        return len(USES.findall(migration.source.text)) == 1
    return refusal(failure) is Refusal.VALUE and failure.span not in {None, Span(0, 0)}
