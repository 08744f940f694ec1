"""A write through the repo in `change` runs a second time on rollback.

Ecto queues commands such as `create` and runs them backwards on the way down. A call of the repo is no command: it runs
at once whenever `change` is called, before everything that is queued, and on rollback again. Rows are inserted or
updated twice, or the call fails over a table that does not fit.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string, size: 80
          add :stock, :integer, null: false
        end

        create unique_index(:products, [:title])
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.OfferTea do
      use Ecto.Migration

      def change do
        repo().insert_all("products", [%{title: "Tea", stock: 0}])
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.OfferTea do
      use Ecto.Migration

      def change do
        # A rollback leaves the rows as they are then.
        execute(fn -> repo().insert_all("products", [%{title: "Tea", stock: 0}]) end, fn -> :ok end)
      end
    end
    ```

## Safe when
The call stands in `up`, or in a function for each way.

    ```elixir
    defmodule Shop.Repo.Migrations.FillStock do
      use Ecto.Migration

      def up do
        repo().query!("UPDATE products SET stock = 1 WHERE id = 1")
      end

      def down do
        :ok
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.FillAllStock do
      use Ecto.Migration

      def change do
        execute(fn -> repo().query!("UPDATE products SET stock = 1 WHERE id = 1") end, fn -> :ok end)
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#execute/2
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#repo/0
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import RepoCall
from rules.elixir.printer import STEP, habit_of, one_line
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, text
from rules.rewrite.inverse import inverse_sql
from rules.rewrite.place import add_comment, indent_at, set_apart, stands_alone
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.RISK, about_rollback=True)
HOOKS: Final = ("after_begin", "before_commit")


@rule.on(RepoCall)
def check(call: RepoCall, context: Context) -> Iterator[Finding]:
    """Find calls that change rows and run in both directions."""
    if call.span in context.repeated:
        message = f"`{call.function}` runs again on rollback, for Ecto does not reverse it."
        is_hook = any(one.span.covers(call.span) for one in map(context.migration.callback, HOOKS) if one is not None)
        if is_hook:  # it runs in both directions whatever `down` says
            rewrite = context.offer(ask_direction, call, context)
        else:
            rewrite = context.offer(leave_rows, call, context, otherwise="Write `down`, which undoes it")
        yield rule.finding(call.span, context, message, rewrite)


def ask_direction(call: RepoCall, context: Context) -> Rewrite:
    """Undo on the way down what a hook does on the way up."""
    source, sql, written = context.migration.source, call.sql, call.place.arguments
    if sql is None or call.place.shared or len(written) != 1 or not stands_alone(source, call.span):
        raise CannotWriteError("it is no statement that stands there alone")
    inverse = one_line(text(inverse_sql(sql, context.schema)))
    undo = source.text[call.span.start : written[0].start] + inverse + source.text[written[0].end : call.span.end]
    margin = " " * indent_at(source, call.span.start)
    inner = margin + " " * STEP
    said = ["if direction() == :up do", inner + source[call.span], f"{margin}else", inner + undo, f"{margin}end"]
    if "\n" in source[call.span] or max(map(len, said)) > habit_of(source).width:
        raise CannotWriteError("the lines would grow too long")
    edits = (Edit(call.span, "\n".join(said)), *set_apart(source, call.span))
    return Rewrite("Undo it on the way down", Safety.REVIEW, edits)


def leave_rows(call: RepoCall, context: Context) -> Rewrite:
    """Call the repo on the way up only, when the commands before it have run."""
    source, change = context.migration.source, context.migration.callback("change")
    if call.place.shared or change is None or not change.span.covers(call.span) or not _writes_rows(call):
        raise CannotWriteError("it changes the schema, or stands elsewhere")
    said = add_comment(source, call.span, "A rollback leaves the rows as they are then.")
    wrapped = Edit(call.span, f"execute(fn -> {source[call.span]} end, fn -> :ok end)")
    return Rewrite("Write on the way up only", Safety.REVIEW, (said, wrapped))


def _writes_rows(call: RepoCall) -> bool:
    """Tell whether a call certainly leaves the schema alone."""
    return call.sql.spares_schema if call.sql is not None else not call.function.startswith("query")
