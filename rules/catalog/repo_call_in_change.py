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
    defmodule Shop.Repo.Migrations.EmptyStock do
      use Ecto.Migration

      def change do
        repo().query!("UPDATE products SET stock = 0")
      end
    end
    ```

## Safe when
The call stands in `up`, or in a function for each way.

    ```elixir
    defmodule Shop.Repo.Migrations.FillStock do
      use Ecto.Migration

      def up do
        repo().query!("UPDATE products SET stock = 1")
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
        execute(fn -> repo().query!("UPDATE products SET stock = 1") end, fn -> :ok end)
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
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.RISK, about_rollback=True)


@rule.on(RepoCall)
def check(call: RepoCall, context: Context) -> Iterator[Finding]:
    """Find calls that change rows and run in both directions."""
    if call.span in context.repeated:
        message = f"`{call.function}` runs again on rollback, for Ecto does not reverse it."
        rewrite = context.offer(context.write_down, "Write `down`, which undoes it")
        yield rule.finding(call.span, context, message, rewrite)
