"""A column for text is of another type than almost all others of the project.

A `:string` ends after 255 characters, and a longer value is refused; a `:text` never ends. PostgreSQL keeps both alike.
What almost all columns of this repository have is its convention. This rule is silent unless a repository asks for it.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.PlantTrees do
      use Ecto.Migration

      def change do
        for name <- [:apples, :figs, :limes, :nuts, :pears, :plums] do
          create table(name) do
            add :name, :text
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
          add :name, :string
        end
      end
    end
    ```

## Safe when
The type is the usual one, or has a length of its own.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :name, :text
          add :code, :string, size: 8
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/datatype-character.html
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, CreateTable
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.types import type_name

rule = Rule(__name__, Severity.ADVICE, on_request=True)
TEXTS = frozenset({"text", "character varying(255)"})


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find columns for text of another type than almost all others of the project."""
    habit = context.background.conventions.text
    for part in command.columns if isinstance(command, CreateTable) else command.changes:
        kind = type_name(part.type, part.options) if isinstance(part, AddColumn) else None
        if isinstance(part, AddColumn) and habit is not None and kind in TEXTS - {habit} and context.on_postgres:
            yield rule.finding(part.span, context, f"`{part.column}` is {kind}; text of this project is {habit}.")
