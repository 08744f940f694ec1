"""Timestamps added to a table that holds rows have nothing to put there.

`timestamps()` makes two columns that may not be NULL and have no default, because Ecto fills them whenever it inserts.
For the rows that are there PostgreSQL has no value, and refuses; the code that runs meanwhile does not know them
either. With `default: fragment("now()")` old rows get the time of the migration, and since PostgreSQL 11 none of them
is rewritten for it. With `null: true` they say that nobody knows.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :stock, :integer, null: false, default: 0
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.StampProducts do
      use Ecto.Migration

      def change do
        alter table(:products) do
          timestamps()
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.StampProducts do
      use Ecto.Migration

      def change do
        alter table(:products) do
          timestamps(default: fragment("now()"))
        end
      end
    end
    ```

## Safe when
They may be NULL, have a default, or their table is born in the same pull request.

    ```elixir
    defmodule Shop.Repo.Migrations.StampProducts do
      use Ecto.Migration

      def change do
        alter table(:products) do
          timestamps(null: true)
        end
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.CreateBoxes do
      use Ecto.Migration

      def change do
        create table(:boxes) do
          timestamps()
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#timestamps/1
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.place import add_option, put_text
from rules.rule import Context, Rule
from rules.schema.written import is_emptied

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find `timestamps()` that PostgreSQL cannot fill for the rows that are there."""
    name = alter.table.name
    earlier = (command for command, _ in context.before if command.span.end <= alter.span.start)
    if not context.is_live(name) or is_emptied(name, earlier):
        return
    for part in alter.changes:
        stamps = isinstance(part, AddColumn) and part.place.call.form == "timestamps"
        if isinstance(part, AddColumn) and stamps and part.null is False and part.default is None:
            message = f"This fails if `{name}` holds a row: timestamps are NOT NULL, and have no default."
            yield rule.finding(part.span, context, message, context.offer(default_to_now, part, context))


def default_to_now(part: AddColumn, context: Context) -> Rewrite:
    """Let the database fill both columns, in old rows and in those that the old code inserts."""
    place, source, now = part.place, context.migration.source, call("fragment", text("now()"))
    if place.shared:
        raise CannotWriteError("the call stands in a helper")
    if place.options_at is not None:
        edits = add_option(source, place, "default", now)
    elif place.call.closing is not None:
        edits = put_text(source, place.span, 'timestamps(default: fragment("now()"))')
    else:
        raise CannotWriteError("the call has no parentheses")
    return Rewrite("Let both default to the time of the insert", Safety.REVIEW, edits)
