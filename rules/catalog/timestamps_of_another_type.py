"""Timestamps are of another type than almost all others of the project.

Some count seconds and some microseconds, some know a time zone: comparing, sorting and casting them goes wrong in
small ways. What almost all tables of this repository have is its convention; `migration_timestamps` in the repo's
configuration makes it the default.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.PlantTrees do
      use Ecto.Migration

      def change do
        for name <- [:apples, :figs, :limes, :nuts, :pears, :plums] do
          create table(name) do
            timestamps(type: :utc_datetime_usec)
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
          timestamps()
        end
      end
    end
    ```

## Safe when
They are as the others are.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          timestamps(type: :utc_datetime_usec)
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#timestamps/1
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, CreateTable
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.conventions import STAMPS
from rules.schema.types import type_name

rule = Rule(__name__, Severity.ADVICE)


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find timestamps of another type than almost all others of the project."""
    habit = context.background.conventions.stamp
    for part in command.columns if isinstance(command, CreateTable) else command.changes:
        if isinstance(part, AddColumn) and part.column in STAMPS and habit is not None:
            kind = type_name(part.type, part.options)
            if isinstance(kind, str) and kind != habit and context.on_postgres:
                message = f"`{part.column}` is a {kind}; those of this project are {habit}."
                yield rule.finding(part.span, context, message)
                return
