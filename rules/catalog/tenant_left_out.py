"""A new table lacks the column by which almost all tables of the project tell their tenants apart.

Where nearly every table refers to the same other one, with a column of the same name, queries are bound to it: a table
without it is open to all tenants. A table that refers to another one is left alone, since its rows belong to whom that
row belongs.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.PlantTrees do
      use Ecto.Migration

      def change do
        create table(:people)

        for name <- [:apples, :figs, :limes, :nuts, :pears, :plums] do
          create table(name) do
            add :person_id, references(:people)
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
The column is there, or another one leads to it.

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

    ```elixir
    defmodule Shop.Repo.Migrations.PickFigs do
      use Ecto.Migration

      def change do
        create table(:picked_figs) do
          add :fig_id, references(:figs)
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html
- https://hexdocs.pm/ecto/multi-tenancy-with-foreign-keys.html
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, CreateTable
from rules.ecto.types import Reference
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.ADVICE)


@rule.on(CreateTable)
def check(command: CreateTable, context: Context) -> Iterator[Finding]:
    """Find new tables without the column by which almost all others tell tenants apart."""
    tenant = context.settings.tenant_column or context.background.conventions.tenant
    added = [part for part in command.columns if isinstance(part, AddColumn)]
    whole = len(added) == len(command.columns)
    leads_there = any(part.column == tenant or isinstance(part.type, Reference) for part in added)
    if tenant is not None and whole and not leads_there and context.on_postgres:
        message = f"`{command.table.name}` has no `{tenant}`, by which most tables of this project tell rows apart."
        yield rule.finding(command.span, context, message)
