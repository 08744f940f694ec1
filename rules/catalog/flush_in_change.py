"""A `flush()` in `change` cannot be rolled back.

Ecto runs `change` backwards only as a whole and raises on the way down where it meets `flush()`. What needs the flushed
commands, such as a call of the repo, belongs in `up`, or in a function that is given to `execute`.

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
    defmodule Shop.Repo.Migrations.AddColors do
      use Ecto.Migration

      def change do
        create table(:colors)
        flush()

        alter table(:products) do
          add :color_id, :bigint
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.AddColors do
      use Ecto.Migration

      def change do
        create table(:colors)

        alter table(:products) do
          add :color_id, :bigint
        end
      end
    end
    ```

## Safe when
It stands in `up`.

    ```elixir
    defmodule Shop.Repo.Migrations.AddShades do
      use Ecto.Migration

      def up do
        alter table(:products) do
          add :shade, :string
        end

        flush()
        repo().query!("UPDATE products SET shade = 'none' WHERE id = 1")
      end

      def down do
        alter table(:products) do
          remove :shade
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#flush/0
"""

from collections.abc import Iterator

from rules.ecto.commands import CodeCall, Flush, RepoCall
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.place import remove_statement
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.RISK, about_rollback=True)


@rule.on(Flush)
def check(flush: Flush, context: Context) -> Iterator[Finding]:
    """Find flushes at which a rollback raises."""
    failure = context.migration.down.failure
    if context.is_reversed and failure is not None and "flush()" in failure.message:
        message = "Rolling back raises: Ecto cannot reverse what is flushed."
        rewrite = context.offer(leave_out, flush, context, otherwise="Write `down`, which needs no flush")
        yield rule.finding(flush.span, context, message, rewrite)


def leave_out(flush: Flush, context: Context) -> Rewrite:
    """Leave out a flush for which nothing waits."""
    waiting = (one for one, _ in context.before if isinstance(one, RepoCall | CodeCall))
    if flush.place.shared or any(one.span > flush.span for one in waiting):
        raise CannotWriteError("something needs what is flushed, or it stands elsewhere")
    edit = remove_statement(context.migration.source, flush.span)
    return Rewrite("Leave `flush()` out", Safety.SAFE, (edit,))
