"""A call of the repo runs before the table or column that it needs is made.

Commands such as `create` and `alter` wait in a queue until the callback returns. A call of the repo does not wait: it
runs at once, when what stands above it has not been done yet. `flush()` empties the queue first.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.FillColors do
      use Ecto.Migration

      def up do
        create table(:colors) do
          add :name, :string
        end

        repo().query!("INSERT INTO colors (name) VALUES ('red')")
      end

      def down do
        drop table(:colors)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.FillColors do
      use Ecto.Migration

      def up do
        create table(:colors) do
          add :name, :string
        end

        flush()
        repo().query!("INSERT INTO colors (name) VALUES ('red')")
      end

      def down do
        drop table(:colors)
      end
    end
    ```

## Safe when
`execute` waits in the same queue.

    ```elixir
    defmodule Shop.Repo.Migrations.FillShades do
      use Ecto.Migration

      def up do
        create table(:shades) do
          add :name, :string
        end

        execute "INSERT INTO shades (name) VALUES ('dark')"
      end

      def down do
        drop table(:shades)
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#flush/0
"""

from collections.abc import Iterator

from rules.ecto.commands import RepoCall
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.place import indent_at
from rules.rule import Context, Rule
from rules.schema.model import Schema, Table, key
from rules.schema.replay import after, replay
from rules.source import Span
from rules.sql.effects import RowsWritten
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.OUTAGE, raises=True)


@rule.on(RepoCall)
def check(call: RepoCall, context: Context) -> Iterator[Finding]:
    """Find calls that need what a command above them has only queued."""
    if not call.certain or not context.schema.whole:
        return
    made = context.schema
    for command, _ in context.before:
        if command.span.end <= call.span.start and not isinstance(command, RepoCall):
            made = after(made, command)
    needed = next(_missing(call, context.schema, made), None)
    if needed is not None:
        message = f"This runs before {needed} is made: what stands above is only queued."
        yield rule.finding(call.span, context, message, context.offer(flush, call, context))


def flush(call: RepoCall, context: Context) -> Rewrite:
    """Empty the queue before the call."""
    source = context.migration.source
    at = source.line_start(source.line_at(call.span.start))
    if context.is_reversed or source.text[at : call.span.start].strip():
        raise CannotWriteError("flush raises when `change` is rolled back, or the call shares its line")
    margin = " " * indent_at(source, call.span.start)
    return Rewrite("Run what is queued first", Safety.SAFE, (Edit(Span(at, at), f"{margin}flush()\n"),))


def _missing(call: RepoCall, now: Schema, made: Schema) -> Iterator[str]:
    """Yield what the call names, and is there only when the queue has run."""
    for text in sorted(call.tables):
        prefix, _, name = text.rpartition(".")
        at = key(Name(prefix or None, name))
        if at not in now.tables and at in made.tables and made.tables[at].version is not None:
            yield f"`{at}`"
    yield from _missing_columns(call, now, made)


def _missing_columns(call: RepoCall, now: Schema, made: Schema) -> Iterator[str]:
    named = [(one.table, one.column) for one in replay(now, (call,)).assumptions if one.table and one.column]
    for effect in call.sql.effects if call.sql else ():
        if isinstance(effect, RowsWritten):
            named += [(key(effect.table), stored(name)) for name in effect.columns]
    for table, column in named:
        if _is_new(column, now.table(table), made.table(table)):
            yield f"`{column}`"


def _is_new(column: str, before: Table, later: Table) -> bool:
    return before.whole and column not in before.columns and column in later.columns
