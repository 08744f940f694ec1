"""A table has a key of another type than almost all others of the project.

Whatever refers to it has to say `type:` as well, and code that takes any key for a number, or for a UUID, is wrong
here. What almost all tables of this repository have is its convention; `migration_primary_key` in the repo's
configuration makes it the default.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.PlantTrees do
      use Ecto.Migration

      def change do
        for name <- [:apples, :figs, :limes, :nuts, :pears, :plums] do
          create table(name, primary_key: [type: :binary_id])
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
The key is as the others are, or says something by itself.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces, primary_key: [type: :binary_id])
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.CreateCountries do
      use Ecto.Migration

      def change do
        create table(:countries, primary_key: false) do
          add :code, :text, primary_key: true
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-repo-configuration
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, CreateTable
from rules.ecto.types import NamedType
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.types import type_name

rule = Rule(__name__, Severity.ADVICE)
# A key of another type is one that people know, or that comes from elsewhere.
GENERATED = frozenset({"bigserial", "serial", "id", "identity", "binary_id", "uuid"})


@rule.on(CreateTable)
def check(command: CreateTable, context: Context) -> Iterator[Finding]:
    """Find keys of another type than almost all others of the project."""
    habit = context.background.conventions.key
    keys = [part for part in command.columns if isinstance(part, AddColumn) and part.primary_key]
    for part in keys if len(keys) == 1 and habit is not None and context.on_postgres else ():
        kind = type_name(part.type, part.options)
        if kind != habit and isinstance(part.type, NamedType) and part.type.name in GENERATED:
            message = f"`{command.table.name}` has a key of {kind}; keys of this project are {habit}."
            yield rule.finding(command.span, context, message)
