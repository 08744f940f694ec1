"""An index of a table that tells its tenants apart does not begin with their column.

A unique index without the tenant's column keeps two tenants from having the same name, and tells one of them that the
other has it. Where the column stands further behind, whoever asks for the rows of one tenant passes through those of
all. The rule speaks where `ecto-fix.yml` names the `tenant_column`, or where almost all unique indexes of the project
begin with it.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.PlantTrees do
      use Ecto.Migration

      def change do
        create table(:people)

        for name <- [:apples, :figs, :limes, :nuts, :pears, :plums] do
          create table(name) do
            add :person_id, references(:people), null: false
            add :label, :string, null: false
          end

          create unique_index(name, [:person_id, :label])
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
          add :person_id, references(:people), null: false
          add :label, :string, null: false
        end

        create index(:quinces, [:person_id])
        create unique_index(:quinces, [:label])
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :person_id, references(:people), null: false
          add :label, :string, null: false
        end

        create index(:quinces, [:person_id])
        create unique_index(:quinces, [:person_id, :label])
      end
    end
    ```

## Safe when
The column leads, or another one does that belongs to a tenant.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :person_id, references(:people), null: false
          add :fig_id, references(:figs), null: false
          add :label, :string, null: false
        end

        create unique_index(:quinces, [:person_id, :label])
        create unique_index(:quinces, [:fig_id, :label])
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto/multi-tenancy-with-foreign-keys.html
- https://www.postgresql.org/docs/current/indexes-multicolumn.html
"""

from collections.abc import Iterator

from rules.ecto.commands import CreateIndex
from rules.elixir.printer import one_line
from rules.finding import Finding, Severity, listed
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, atom, items
from rules.rewrite.place import put_text
from rules.rule import Context, Rule
from rules.schema.model import Table
from rules.sql.names import stored

rule = Rule(__name__, Severity.ADVICE)


@rule.on(CreateIndex)
def check(command: CreateIndex, context: Context) -> Iterator[Finding]:
    """Find indexes in which the tenants' column is missing or stands behind others."""
    tenant, table = tenant_of(context), context.schema.table(command.index.table)
    names = [stored(column.name) for column in command.index.columns if column.name is not None]
    is_told = len(names) == len(command.index.columns) > 0 and tenant in table.columns and command.index.using is None
    if tenant is None or not is_told or belongs(table, names[0], tenant) or not context.on_postgres:
        return
    if tenant in names or command.index.unique:
        said = f"Queries of one `{tenant}` pass through the rows of all: it does not lead this index."
        if tenant not in names:
            said = f"No two rows may agree in {listed(names)}, whatever their `{tenant}`."
        yield rule.finding(command.span, context, said, context.offer(put_first, command, tenant, names, context))


def tenant_of(context: Context) -> str | None:
    """Return the tenants' column, where the project says that it leads, or has it lead almost always."""
    conventions = context.background.conventions
    return context.settings.tenant_column or (conventions.tenant if conventions.tenant_leads else None)


def belongs(table: Table, column: str, tenant: str) -> bool:
    """Tell whether a column says whose the row is: by itself, or through the row that it refers to."""
    is_key = column == "id" or column in table.primary_key
    return column == tenant or is_key or table.foreign_key(column) is not None


def put_first(command: CreateIndex, tenant: str, names: list[str], context: Context) -> Rewrite:
    """Let the tenants' column lead."""
    place = command.index.place
    is_plain = not any(column.direction for column in command.index.columns)
    if place.shared or place.piped is not None or len(place.arguments) < len(("table", "columns")) or not is_plain:
        raise CannotWriteError("the columns are listed elsewhere, or with directions")
    columns = items(atom(name) for name in [tenant, *(name for name in names if name != tenant)])
    edits = put_text(context.migration.source, place.arguments[1], one_line(columns))
    return Rewrite(f"Let `{tenant}` lead", Safety.REVIEW, edits)
