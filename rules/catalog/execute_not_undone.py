"""An `execute` in `change` whose second statement does not undo the first leaves a difference on rollback.

Ecto runs the second argument of `execute` on the way down, whatever it says. With an empty string, with a statement
that does nothing or with another name, `mix ecto.rollback` reports success and the schema is not what it was.

An extension made `IF NOT EXISTS` is shared: to leave it behind is what `mix phx.gen.auth` does, and running the
migration again does no harm. That is worth a word of advice and no more.

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
from rules.elixir.printer import one_line
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, text
from rules.rewrite.inverse import inverse_sql
from rules.rewrite.place import put_text
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.RISK, about_rollback=True)


@rule.on(Execute)
def check(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find statements that the ones behind them do not undo."""
    for left in context.leftovers(execute):
        if not left.raises:
            rewrite = context.offer(say_inverse, execute, context, otherwise="Write `down`, which undoes it")
            finding = rule.finding(execute.span, context, left.sentence, rewrite, left.differences)
            yield rule.milder(finding, context) if context.shares(left.differences) else finding


def say_inverse(execute: Execute, context: Context) -> Rewrite:
    """Say the statement that undoes this one, as far as it follows from the text and the history."""
    runs, reverse = execute.runs, execute.reverse
    if execute.place.shared or not isinstance(runs, Sql) or not isinstance(reverse, Sql):
        raise CannotWriteError("it is code, or stands elsewhere")
    inverse = one_line(text(inverse_sql(runs, context.schema)))
    edits = put_text(context.migration.source, reverse.span, inverse)
    return Rewrite("Say how to undo it", Safety.SAFE, edits)
