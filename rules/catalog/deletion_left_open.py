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
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.ADVICE)


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find references that say nothing of deletion, where almost all of the project do."""
    if not context.background.conventions.says_on_delete or not context.on_postgres:
        return
    for part in command.columns if isinstance(command, CreateTable) else command.changes:
        is_open = isinstance(part, AddColumn) and isinstance(part.type, Reference)
        if isinstance(part, AddColumn) and is_open and "on_delete" not in getattr(part.type, "options", ()):
            message = f"`{part.column}` does not say what becomes of it on deletion; others of this project do."
            yield rule.finding(part.span, context, message)
