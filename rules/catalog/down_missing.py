"""A migration with `up` and neither `down` nor `change` cannot be rolled back.

`mix ecto.rollback` raises `Ecto.MigrationError`, and no migration before this one can be rolled back either.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateSuppliers do
      use Ecto.Migration

      def up do
        create table(:suppliers) do
          add :name, :string, null: false
        end

        create unique_index(:suppliers, [:name])
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CreateSuppliers do
      use Ecto.Migration

      def up do
        create table(:suppliers) do
          add :name, :string, null: false
        end

        create unique_index(:suppliers, [:name])
      end

      def down do
        drop index(:suppliers, [:name])
        drop table(:suppliers)
      end
    end
    ```

## Safe when
There is a `down`, or a `change` that Ecto runs backwards.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateTheSuppliers do
      use Ecto.Migration

      def change do
        create table(:suppliers) do
          add :name, :string, null: false
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html
"""

from collections.abc import Iterator

from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.inverse import undo_all
from rules.rewrite.place import written_down
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.RISK, about_rollback=True)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find migrations that say only one way."""
    up = migration.callback("up")
    if up is not None and migration.callback("down") is None and migration.callback("change") is None:
        message = "Rolling back raises: the migration has an `up` and no `down`."
        yield rule.finding(context.head(up), context, message, context.offer(write_down, migration, context))


def write_down(migration: Migration, context: Context) -> Rewrite:
    """Undo what `up` does, last command first."""
    up = migration.callback("up")
    if up is None:
        raise CannotWriteError("there is no `up`")
    edits = written_down(migration, up, undo_all(context.before))
    return Rewrite("Write `down`", Safety.SAFE, edits)
