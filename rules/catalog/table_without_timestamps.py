"""A table has no timestamps, unlike almost all others of the project.

When somebody asks what happened and when, the rows do not tell. Tables that only join two others are left alone.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.PlantTrees do
      use Ecto.Migration

      def change do
        for name <- [:apples, :figs, :limes, :nuts, :pears, :plums] do
          create table(name) do
            timestamps()
          end
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :size, :integer
        end
      end
    end
    ```

## Safe when
It has timestamps.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :size, :integer
          timestamps()
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#timestamps/1
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, CreateTable
from rules.ecto.types import Reference
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.conventions import is_stamped
from rules.schema.model import key

rule = Rule(__name__, Severity.ADVICE)


@rule.on(CreateTable)
def check(command: CreateTable, context: Context) -> Iterator[Finding]:
    """Find new tables without timestamps, where almost all of the project have them."""
    table = context.end.tables.get(key(command.table.name))
    added = [part for part in command.columns if isinstance(part, AddColumn) and not part.primary_key]
    only_joins = all(isinstance(part.type, Reference) for part in added)
    if table is None or not table.whole or not context.background.conventions.stamped or not context.on_postgres:
        return
    if not is_stamped(table) and not only_joins:
        message = f"`{table.name}` does not know when its rows were made; other tables of this project do."
        yield rule.finding(command.span, context, message)
