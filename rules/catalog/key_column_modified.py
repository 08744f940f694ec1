"""Modifying a column that a foreign key uses stops both of its tables.

Ecto always sends the column's type along, and for a type PostgreSQL takes the foreign key apart and puts it together
again, also where the type stays what it is. For that it takes an `ACCESS EXCLUSIVE` lock on the table at the other
end, too. The one action of `ALTER TABLE` that is meant leaves the other table alone.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:brands) do
          add :name, :string
        end

        create table(:products) do
          add :brand_id, references(:brands)
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.DefaultBrand do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :brand_id, :bigint, default: 1, from: {:bigint, default: nil}
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.DefaultBrand do
      use Ecto.Migration

      def change do
        execute "ALTER TABLE products ALTER COLUMN brand_id SET DEFAULT 1",
                "ALTER TABLE products ALTER COLUMN brand_id DROP DEFAULT"
      end
    end
    ```

## Safe when
Only the one action is sent.

    ```elixir
    defmodule Shop.Repo.Migrations.DefaultBrand do
      use Ecto.Migration

      def up do
        execute "ALTER TABLE products ALTER COLUMN brand_id SET DEFAULT 1"
      end

      def down do
        execute "ALTER TABLE products ALTER COLUMN brand_id DROP DEFAULT"
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#modify/3
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, ModifyColumn
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.subcommand import without_type
from rules.rule import Context, Rule
from rules.schema.beliefs import only_restates
from rules.schema.dependence import other_ends
from rules.schema.model import Column
from rules.sql.names import stored

rule = Rule(__name__, Severity.RISK, locks=True)


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find modifications that stop a table which they do not name."""
    table = context.schema.table(alter.table.name)
    for change in alter.changes:
        old = table.columns.get(stored(change.column)) if isinstance(change, ModifyColumn) else None
        if not isinstance(change, ModifyColumn) or old is None or not only_restates(change, old):
            continue
        ends = [end for end in other_ends(table, old.name, context.schema) if context.is_busy(end)]
        if ends:
            message = f"Repeating the type of `{change.column}` stops `{ends[0]}`, too, for the sake of a foreign key."
            yield rule.finding(change.span, context, message, context.offer(leave_type, alter, old, context))


def leave_type(alter: AlterTable, old: Column, context: Context) -> Rewrite:
    """Say what is meant, and nothing of the type."""
    edits = without_type(context.migration, alter, old, context.said(alter))
    return Rewrite("Leave the type alone", Safety.SAFE, edits)
