"""A column that is set to NULL when its parent goes may not be NULL.

With `on_delete: :nilify_all` PostgreSQL sets the column to NULL when the row to which it refers is deleted. If the
column is `null: false`, that is refused, and with it every deletion of a row that has children. Either the column may
be NULL, or the children go along (`:delete_all`) or are in the way (`:restrict`): a person must say which.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :price, :integer
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateReviews do
      use Ecto.Migration

      def change do
        create table(:reviews) do
          add :product_id, references(:products, on_delete: :nilify_all), null: false
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CreateReviews do
      use Ecto.Migration

      def change do
        create table(:reviews) do
          add :product_id, references(:products, on_delete: :nilify_all)
        end
      end
    end
    ```

## Safe when
The column may be NULL, or the children go along.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateLikes do
      use Ecto.Migration

      def change do
        create table(:likes) do
          add :product_id, references(:products, on_delete: :delete_all), null: false
          add :gift_id, references(:products, on_delete: :nilify_all)
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#references/2
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, CreateTable, ModifyColumn
from rules.ecto.types import Reference
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.options import without_option
from rules.rule import Context, Rule
from rules.schema.model import Table
from rules.sql.names import stored

rule = Rule(__name__, Severity.RISK)


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find references that would set a required column to NULL."""
    parts = command.columns if isinstance(command, CreateTable) else command.changes
    table = context.schema.table(command.table.name)
    for part in parts if context.on_postgres else ():
        if isinstance(part, AddColumn | ModifyColumn) and _nilified(part) and _is_required(part, table):
            message = f"Deleting a row that `{part.column}` refers to fails: it may not become NULL."
            yield rule.finding(part.span, context, message, context.offer(allow_null, part, context))


def allow_null(part: AddColumn | ModifyColumn, context: Context) -> Rewrite:
    """Let the column be what its foreign key makes of it."""
    edit = without_option(context.migration.source, part, "null")
    return Rewrite(f"Let `{part.column}` be NULL", Safety.REVIEW, (edit,))


def _nilified(part: AddColumn | ModifyColumn) -> bool:
    """Tell whether this very column becomes NULL; `{:nilify, columns}` names which do."""
    if not isinstance(part.type, Reference) or part.type.on_delete not in {"nilify_all", "nilify"}:
        return False
    return part.type.on_delete == "nilify_all" or part.column in part.type.on_delete_columns


def _is_required(part: AddColumn | ModifyColumn, table: Table) -> bool:
    if part.null is not None or isinstance(part, AddColumn):
        return part.null is False or part.primary_key
    column = table.columns.get(stored(part.column))
    return table.whole and column is not None and column.null is False
