"""An `execute` in `change` that does not say how to undo it cannot be rolled back.

Ecto cannot turn SQL round: with one argument, `execute` in `change` raises `Ecto.MigrationError` on the way down.
With two, the second is what a rollback runs.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AddCitext do
      use Ecto.Migration

      def change do
        execute "CREATE EXTENSION citext"
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.AddCitext do
      use Ecto.Migration

      def change do
        execute "CREATE EXTENSION citext", "DROP EXTENSION citext"
      end
    end
    ```

## Safe when
Both ways are said, or the statement stands in `up` beside a `down`.

    ```elixir
    defmodule Shop.Repo.Migrations.AddMoods do
      use Ecto.Migration

      def up do
        execute "CREATE TYPE mood AS ENUM ('calm', 'merry')"
      end

      def down do
        execute "DROP TYPE mood"
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#execute/2
"""

from collections.abc import Iterator

from rules.ecto.commands import Command, Execute, Sql
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, text
from rules.rewrite.inverse import goes_along, inverse_sql
from rules.rewrite.place import add_argument, add_comment
from rules.rule import Context, Rule
from rules.sql.effects import RowsWritten

rule = Rule(__name__, Severity.RISK, about_rollback=True)


@rule.on(Execute)
def check(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find statements that Ecto will not undo."""
    if context.is_reversed and execute.reverse is None and context.migration.down.failure is not None:
        message = "Rolling back raises: nothing says how to undo this `execute`."
        rewrite = context.offer(say_inverse, execute, context, otherwise="Write `down`, which undoes it")
        yield rule.finding(execute.span, context, message, rewrite)


def say_inverse(execute: Execute, context: Context) -> Rewrite:
    """Say the statement that undoes this one, as far as it follows from the text and the history."""
    refused = context.migration.down.failure.command if context.migration.down.failure else None
    if not isinstance(execute.runs, Sql) or (refused is not None and not _runs_up(refused, context)):
        raise CannotWriteError("code has no inverse, or another `execute` is refused on the way down")
    if any(isinstance(effect, RowsWritten) for effect in execute.effects):
        return leave_rows(execute, context)
    inverse = inverse_sql(execute.runs, context.schema)
    edits = add_argument(context.migration.source, execute.place, text(inverse))
    title = "Say how to undo it" if inverse else "Say that there is nothing to undo"
    return Rewrite(title, Safety.SAFE, edits)


def _runs_up(command: Command, context: Context) -> bool:
    """Tell whether a command of the way down is one of the way up."""
    return command.span in {one.span for one in context.migration.up.commands}


def leave_rows(execute: Execute, context: Context) -> Rewrite:
    """Let a rollback leave rows as they are, and say so where they do not go with what the migration makes."""
    source = context.migration.source
    edits = add_argument(source, execute.place, text(""))
    if goes_along(execute, context.schema, context.start):
        return Rewrite("Say that there is nothing to undo", Safety.SAFE, edits)
    if not all(isinstance(effect, RowsWritten) for effect in execute.effects):
        raise CannotWriteError("it does more than writing rows")
    said = add_comment(source, execute.span, "A rollback leaves the rows as they are then.")
    above = "".join(edit.text for edit in edits if edit.span == said.span)  # a blank line, where the call grows
    rest = (edit for edit in edits if edit.span != said.span)
    edits = (Edit(said.span, f"{above}{said.text}"), *rest)
    return Rewrite("Let a rollback leave the rows as they are", Safety.REVIEW, edits)
