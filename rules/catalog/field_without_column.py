"""A field is added to a schema, and no migration makes its column.

Ecto names every field of a schema in its queries. Without the column each of them fails, from the first request to the
new code on; tests that never read the table do not notice. Add the column, or make the field `virtual: true`.

## Given
    ```elixir
    # lib/shop/product.ex
    defmodule Shop.Product do
      use Ecto.Schema

      schema "products" do
        field :title, :string
        field :weight, :integer
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
        end
      end
    end
    ```

## Safe when
Each field has its column, or needs none.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :weight, :integer
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto/Ecto.Schema.html#field/3
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, CreateTable
from rules.ecto.schemas import Field, SchemaModule
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.model import key
from rules.sql.names import Name

rule = Rule(__name__, Severity.RISK)


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find fields that the code of the change has, and no migration makes a column for."""
    name = key(command.table.name)
    table = context.end.tables.get(name)
    if table is None or not table.whole or not context.on_postgres:
        return
    is_new = isinstance(command, CreateTable) or name in context.schema.born_here
    for schema, file in context.background.coming.schemas(name):
        for field in missing(schema, frozenset(table.columns)):
            if is_new or is_added(name, field, context):
                place = f"{file.path}:{file.line_at(field.span.start)}"
                message = f"`{schema.module}` has a field ({place}) for which `{name}` has no column `{field.column}`."
                yield rule.finding(command.span, context, message)
                return


def missing(schema: SchemaModule, columns: frozenset[str]) -> Iterator[Field]:
    """Yield the fields without a column; what attributes of another module may say otherwise is left out."""
    for field in schema.fields.values():
        if field.column not in columns and field.queried and (field.by_name or schema.plain):
            yield field


def is_added(table: Name, field: Field, context: Context) -> bool:
    """Tell whether the change brings the field: one that was there before must have a column that we do not see."""
    before = list(context.background.running.schemas(table))
    return bool(before) and not any(field.column in schema.fields for schema, _ in before)
