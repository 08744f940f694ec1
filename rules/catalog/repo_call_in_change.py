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

from rules.ecto.commands import RepoCall
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.place import add_comment
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.RISK, about_rollback=True)


@rule.on(RepoCall)
def check(call: RepoCall, context: Context) -> Iterator[Finding]:
    """Find calls that change rows and run in both directions."""
    if call.span in context.repeated:
        message = f"`{call.function}` runs again on rollback, for Ecto does not reverse it."
        rewrite = context.offer(leave_rows, call, context, otherwise="Write `down`, which undoes it")
        yield rule.finding(call.span, context, message, rewrite)


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
