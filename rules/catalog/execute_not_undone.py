"""An `execute` in `change` whose second statement does not undo the first leaves a difference on rollback.

Ecto runs the second argument of `execute` on the way down, whatever it says. With an empty string, with a statement
that does nothing or with another name, `mix ecto.rollback` reports success and the schema is not what it was.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AddCitext do
      use Ecto.Migration

      def change do
        execute "CREATE EXTENSION citext", ""
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
The second statement undoes the first, or there is nothing to undo.

    ```elixir
    defmodule Shop.Repo.Migrations.AddHstore do
      use Ecto.Migration

      def change do
        execute "CREATE EXTENSION hstore", "DROP EXTENSION hstore"
        execute "ANALYZE", ""
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#execute/2
"""

from collections.abc import Iterator

from rules.ecto.commands import Execute, Sql
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, text
from rules.rewrite.layout import one_line
from rules.rewrite.place import put_text
from rules.rewrite.sql import undo_sql
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.RISK, about_rollback=True)


@rule.on(Execute)
def check(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find statements that the ones behind them do not undo."""
    for left in context.leftovers(execute):
        if not left.raises:
            yield rule.finding(execute.span, context, left.sentence, context.offer(say_inverse, execute, context))


def say_inverse(execute: Execute, context: Context) -> Rewrite:
    """Say the statement that undoes this one, as far as it follows from the text and the history."""
    runs, reverse = execute.runs, execute.reverse
    if execute.place.shared or not isinstance(runs, Sql) or not isinstance(reverse, Sql):
        raise CannotWriteError("it is code, or stands elsewhere")
    inverse = one_line(text(undo_sql(runs, context.schema)))
    edits = put_text(context.migration.source, reverse.span, inverse)
    return Rewrite("Say how to undo it", Safety.SAFE, edits)
