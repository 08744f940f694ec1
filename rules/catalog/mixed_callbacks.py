"""A migration with `change` beside `up` or `down` does on rollback what it did not do before.

Ecto calls `up` if there is one, and `change` otherwise; on rollback it calls `down` if there is one, and runs `change`
backwards otherwise. With `up` and `change`, the rollback undoes a `change` that never ran.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def change do
        create table(:brands)
      end

      def down do
        drop table(:brands)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def up do
        create table(:brands)
      end

      def down do
        drop table(:brands)
      end
    end
    ```

## Safe when
Either `change`, or `up` and `down`.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateLabels do
      use Ecto.Migration

      def change do
        create table(:labels)
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-change
"""

from collections.abc import Iterator

from rules.ecto.migration import Callback, Migration
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.inverse import undo_all
from rules.rewrite.place import down_instead
from rules.rule import Context, Rule
from rules.source import Span

rule = Rule(__name__, Severity.RISK)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find `change` where Ecto does not call it in both directions."""
    change = migration.callback("change")
    if change is None:
        return
    up, down = migration.callback("up"), migration.callback("down")
    if up is not None and down is not None:
        yield rule.finding(context.head(change), context, "Ecto never calls this `change`: there are `up` and `down`.")
    elif up is not None:
        message = "On rollback Ecto undoes this `change`, which did not run: `up` did."
        yield rule.finding(context.head(change), context, message, context.offer(write_down, change, context))
    elif down is not None:
        message = "On rollback Ecto calls `down`, and does not undo this `change`."
        yield rule.finding(context.head(change), context, message, context.offer(call_it_up, migration, change))


def write_down(change: Callback, context: Context) -> Rewrite:
    """Write the `down` of `up` in the place of `change`."""
    edits = down_instead(context.migration, change, undo_all(context.before))
    return Rewrite("Write `down` in the place of `change`", Safety.REVIEW, edits)


def call_it_up(migration: Migration, change: Callback) -> Rewrite:
    """Call `change` what it is."""
    at = change.span.start + len("def ")
    name = Span(at, at + len("change"))
    if migration.source[name] != "change":
        raise CannotWriteError("`change` is not written plainly")
    return Rewrite("Call `change` what it is: `up`", Safety.SAFE, (Edit(name, "up"),))
