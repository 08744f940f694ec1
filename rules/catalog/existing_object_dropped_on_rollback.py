"""A `create_if_not_exists` in `change` of what is there already drops it on rollback.

On the way up nothing happens, because the table or the index is there. On the way down Ecto reverses the command all
the same, with `DROP ... IF EXISTS`: an object that another migration made is gone, with its rows.

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
    defmodule Shop.Repo.Migrations.AddBrands do
      use Ecto.Migration

      def change do
        create_if_not_exists unique_index(:products, [:title])
        create table(:brands)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.AddBrands do
      use Ecto.Migration

      def change do
        create table(:brands)
      end
    end
    ```

## Safe when
The migration makes what it drops.

    ```elixir
    defmodule Shop.Repo.Migrations.AddLabels do
      use Ecto.Migration

      def change do
        create_if_not_exists table(:labels)
        create_if_not_exists index(:labels, [:id])
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#create_if_not_exists/1
"""

from collections.abc import Iterator

from rules.ecto.commands import CreateIndex, CreateTable
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.place import remove_statement
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.RISK, about_rollback=True)


@rule.on(CreateIndex, CreateTable)
def check(create: CreateIndex | CreateTable, context: Context) -> Iterator[Finding]:
    """Find objects that the migration does not make, and that its rollback drops."""
    for left in context.leftovers(create) if create.if_not_exists else ():
        rewrite = context.offer(leave_out, create, context, otherwise="Write `down`, which leaves it alone")
        yield rule.finding(create.span, context, left.sentence, rewrite, left.differences)


def leave_out(create: CreateIndex | CreateTable, context: Context) -> Rewrite:
    """Leave out what does nothing on the way up."""
    if create.place.shared or len(context.before) == 1:
        raise CannotWriteError("nothing would be left")
    edit = remove_statement(context.migration.source, create.span)
    return Rewrite("Leave out what is there already", Safety.REVIEW, (edit,))
