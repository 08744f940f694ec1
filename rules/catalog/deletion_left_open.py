"""A reference does not say what happens when the other row is deleted, unlike almost all others of the project.

Without `on_delete:` the deletion is refused as long as a row refers, which may be what is meant, or forgotten. Where
almost all references of a repository say it, `on_delete: :nothing` says it as well.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.PlantTrees do
      use Ecto.Migration

      def change do
        create table(:people)

        for name <- [:apples, :figs, :limes, :nuts, :pears, :plums] do
          create table(name) do
            add :person_id, references(:people, on_delete: :delete_all)
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
          add :person_id, references(:people)
        end
      end
    end
    ```

## Safe when
It says so.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :person_id, references(:people, on_delete: :nothing)
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#references/2
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, CreateTable
from rules.ecto.types import Reference
from rules.finding import Finding, Severity, listed
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.ADVICE)


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find references that say nothing of deletion, where almost all of the project do."""
    if not context.background.conventions.says_on_delete or not context.on_postgres:
        return
    parts = command.columns if isinstance(command, CreateTable) else command.changes
    added = [(part, part.type) for part in parts if isinstance(part, AddColumn) and isinstance(part.type, Reference)]
    left_open = [part for part, reference in added if "on_delete" not in reference.options]
    if left_open:
        shown = listed([part.column for part in left_open])
        message = f"{shown}: nothing says what a deletion does here; references of this project do."
        yield rule.finding(left_open[0].span, context, message)
