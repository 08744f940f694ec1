"""A rollback that is not the inverse of the migration leaves the schema other than it was.

`mix ecto.rollback` reports success whatever `down` does: it may do nothing, forget an index or a default, or bring back
something else. The next migration, or this one the second time, meets a schema that nobody meant. This rule compares
the schema before the migration with the one after its rollback, and names what differs.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string, size: 80
        end

        create unique_index(:products, [:title], name: :one_title)
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.WidenTitles do
      use Ecto.Migration

      def up do
        alter table(:products) do
          modify :title, :text
        end
      end

      def down do
        alter table(:products) do
          modify :title, :string
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.WidenTitles do
      use Ecto.Migration

      def up do
        alter table(:products) do
          modify :title, :text
        end
      end

      def down do
        alter table(:products) do
          modify :title, :string, size: 80
        end
      end
    end
    ```

## Safe when
`down` undoes everything, or a comment says why it does not.

    ```elixir
    defmodule Shop.Repo.Migrations.DropTheIndex do
      use Ecto.Migration

      @disable_ddl_transaction true

      def up do
        drop index(:products, [:title], name: :one_title, concurrently: true)
      end

      def down do
        create unique_index(:products, [:title], name: :one_title)
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.AddCitext do
      use Ecto.Migration

      # ecto-fix: one-way — other applications use the extension, too
      def up do
        execute "CREATE EXTENSION IF NOT EXISTS citext"
      end

      def down do
        :ok
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-up-down-and-change
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, CreateConstraint, RenameColumn, RenameIndex, RenameTable
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity, Verdict
from rules.rewrite.edit import Rewrite
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.forgotten import add_forgotten
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.RISK, about_rollback=True)
OTHERS = AlterTable | CreateConstraint | RenameColumn | RenameIndex | RenameTable  # no rule of their own speaks of them


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find rollbacks that succeed and leave a difference which no single command explains."""
    if context.proof.verdict is not Verdict.NOT_RESTORED:
        return
    left = tuple(context.every_leftover())
    own = [one for one in left if isinstance(one.part, OTHERS)]
    for one in own:
        yield rule.finding(one.part.span, context, one.sentence, context.offer(restore, context), one.differences)
    down = migration.callback("down") or migration.callback("change")
    if down is not None and not left and not context.is_mixed and not context.repeated:
        proof, rewrite = context.proof, context.offer(restore, context)
        finding = rule.finding(context.head(down), context, proof.reason, rewrite, proof.differences)
        yield rule.milder(finding, context) if context.shares(proof.differences) else finding


def restore(context: Context) -> Rewrite:
    """Undo every command of the way up, last first; where that cannot be written, add what is forgotten."""
    try:
        return context.write_down("Undo what the migration does")
    except CannotWriteError:
        return add_forgotten(context.migration, context.start, context.passage.down.schema)
