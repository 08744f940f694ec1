"""A `modify` repeats a type, and where the column has another one PostgreSQL changes it.

Ecto always sends the type, also where only NULL or the default is meant. If the column has become something else in the
meantime, the whole table is written anew under a lock that stops everybody, and a `:string` said of a `:text` cuts no
value but refuses every one that is longer than 255 characters.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :number, :integer
          add :body, :text
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.DefaultBodies do
      use Ecto.Migration

      def up do
        alter table(:products) do
          modify :body, :string, default: ""
        end
      end

      def down do
        alter table(:products) do
          modify :body, :text, default: nil
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.DefaultBodies do
      use Ecto.Migration

      def up do
        alter table(:products) do
          modify :body, :text, default: ""
        end
      end

      def down do
        alter table(:products) do
          modify :body, :text, default: nil
        end
      end
    end
    ```

## Safe when
The type is the one that the column has.

    ```elixir
    defmodule Shop.Repo.Migrations.DefaultBodies do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :body, :text, default: "", from: {:text, default: nil}
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#modify/3
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, ModifyColumn
from rules.elixir.printer import one_line
from rules.finding import Finding, Severity
from rules.rewrite.definition import column_type
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.was import from_edits
from rules.rule import Context, Rule
from rules.schema.beliefs import believes_same_type
from rules.schema.model import Column, Table
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE, locks=True)


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find modifications that take the column for what it is not."""
    table = context.schema.table(alter.table.name)
    for change in alter.changes if context.is_busy(table.name) else ():
        old = table.columns.get(stored(change.column)) if isinstance(change, ModifyColumn) else None
        if isinstance(change, ModifyColumn) and old is not None and believes_same_type(change, old):
            message = f"`{table.name}.{change.column}` is {old.type}: this changes its type, and does not repeat it."
            yield rule.finding(change.span, context, message, context.offer(keep_type, change, table, old, context))


def keep_type(change: ModifyColumn, table: Table, old: Column, context: Context) -> Rewrite:
    """Repeat the type that the column has."""
    kind, options = column_type(table, old, reference=False)
    if options or change.place.shared or change.place.piped is not None or "size" in change.options:
        raise CannotWriteError("the type has options")
    source, written = context.migration.source, change.place.arguments[1]
    edits = [Edit(written, one_line(kind))]
    if change.was is not None:
        edits += from_edits(source, table, change)
    return Rewrite(f"Repeat the type of `{change.column}`", Safety.REVIEW, tuple(edits))
