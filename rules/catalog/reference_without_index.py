"""A column that refers to another table has no index, unlike most others of the project.

PostgreSQL indexes what is referred to, not what refers. To delete a row of the other table, or to change its key, it
has to find the rows that refer to it, and without an index it reads all of them. Almost all references in the history
of this repository have an index; where they do not, this rule is silent.

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

          create index(name, [:person_id])
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
An index begins with the column.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :person_id, references(:people)
        end

        create index(:quinces, [:person_id])
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, CreateTable
from rules.ecto.types import Reference
from rules.finding import Finding, Severity, listed
from rules.rule import Context, Rule
from rules.schema.conventions import is_indexed
from rules.schema.model import key
from rules.sql.names import stored

rule = Rule(__name__, Severity.ADVICE)


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find columns that refer and have no index at the end of the change, where others of the project have one."""
    table = context.end.tables.get(key(command.table.name))
    if (
        table is None
        or not table.whole
        or not context.on_postgres
        or not context.background.conventions.indexes_references
    ):
        return
    parts = command.columns if isinstance(command, CreateTable) else command.changes
    added = [part for part in parts if isinstance(part, AddColumn) and isinstance(part.type, Reference)]
    bare = [
        part for part in added if stored(part.column) in table.columns and not is_indexed(table, stored(part.column))
    ]
    if bare:
        shown = listed([part.column for part in bare])
        message = f"No index begins with {shown}, as one does for most references of this project."
        yield rule.finding(bare[0].span, context, message)
