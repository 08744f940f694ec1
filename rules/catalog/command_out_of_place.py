"""A command inside a table's block, or a column's change outside of one, raises.

Between `create table(...) do` or `alter table(...) do` and its `end` only columns are added, modified and removed.
Everything else stands outside: Ecto raises `cannot execute nested commands` for an index within a block, and `cannot
execute command outside of block` for a column without one.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateColors do
      use Ecto.Migration

      def change do
        create table(:colors) do
          add :name, :string
          create index(:colors, [:name])
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CreateColors do
      use Ecto.Migration

      def change do
        create table(:colors) do
          add :name, :string
        end

        create index(:colors, [:name])
      end
    end
    ```

## Safe when
The index stands behind the block.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateShades do
      use Ecto.Migration

      def change do
        create table(:shades) do
          add :name, :string
        end

        create index(:shades, [:name])
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#alter/2
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#create/2
"""

from collections.abc import Iterator

from rules.ecto.migration import Migration
from rules.ecto.refusals import Refusal, refusal
from rules.finding import Finding, Severity
from rules.rewrite.blocks import idle_block, instead_of_block, moved_behind, table_block
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rule import Context, Rule
from rules.source import Span

rule = Rule(__name__, Severity.OUTAGE, raises=True)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find the first command that Ecto refuses in its place."""
    failure = migration.up.failure
    if failure is not None and failure.span is not None and refusal(failure) is Refusal.PLACE:
        message = f"Ecto raises here: {failure.message}."
        yield rule.finding(failure.span, context, message, context.offer(move, failure.span, migration))


def move(command: Span, migration: Migration) -> Rewrite:
    """Move the command behind the block, or take away a block that belongs to nothing."""
    idle = idle_block(migration.source, command)
    if idle is not None:
        return Rewrite("Leave the block out", Safety.REVIEW, (Edit(idle, ""),))
    block = table_block(migration.source, command)
    alone = instead_of_block(migration.source, command, block)
    if alone is not None:
        return Rewrite("Write it without the block", Safety.SAFE, (alone,))
    return Rewrite("Move it behind the block", Safety.SAFE, moved_behind(migration.source, command, block))
