"""A boolean may be NULL, unlike almost all others of the project.

It then has three states, and `where: not x.active` passes over the third. `null: false, default: false` leaves two.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.PlantTrees do
      use Ecto.Migration

      def change do
        for name <- [:apples, :figs, :limes, :nuts, :pears, :plums] do
          create table(name) do
            add :ripe, :boolean, null: false, default: false
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
          add :ripe, :boolean
        end
      end
    end
    ```

## Safe when
It always has a value.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :ripe, :boolean, null: false, default: true
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/functions-comparison.html
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, CreateTable
from rules.ecto.types import NamedType
from rules.finding import Finding, Severity, listed
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.ADVICE)


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find booleans that may be NULL, where almost none of the project may."""
    if not context.background.conventions.decides_booleans or not context.on_postgres:
        return
    parts = command.columns if isinstance(command, CreateTable) else command.changes
    added = [part for part in parts if isinstance(part, AddColumn) and part.type == NamedType("boolean")]
    undecided = [part for part in added if part.null is not False]
    if undecided:
        shown = listed([part.column for part in undecided])
        message = f"{shown} may be true, false or NULL; booleans of this project are never NULL."
        yield rule.finding(undecided[0].span, context, message)
