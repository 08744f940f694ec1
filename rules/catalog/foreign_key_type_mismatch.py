"""A column refers to one of another kind of type.

`references` gives a column the type `:bigserial`, unless `type:` or the repo's configuration says otherwise. If the
column to which it refers is a `:binary_id` or a string, PostgreSQL cannot compare the two, and refuses the foreign key.
Where the repo's configuration is not to be found, this rule says nothing.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def change do
        create table(:brands, primary_key: false) do
          add :id, :binary_id, primary_key: true
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateOffers do
      use Ecto.Migration

      def change do
        create table(:offers) do
          add :brand_id, references(:brands)
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CreateOffers do
      use Ecto.Migration

      def change do
        create table(:offers) do
          add :brand_id, references(:brands, type: :binary_id)
        end
      end
    end
    ```

## Safe when
The type is said.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateSales do
      use Ecto.Migration

      def change do
        create table(:sales) do
          add :brand_id, references(:brands, type: :binary_id)
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#references/2
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import AddColumn, AlterTable, CreateTable, ModifyColumn
from rules.ecto.types import NamedType, Reference
from rules.elixir.printer import one_line
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, atom
from rules.rewrite.place import add_option
from rules.rule import Context, Rule
from rules.schema.casts import NUMBERS, STRINGS, base
from rules.schema.model import Column, Schema
from rules.schema.replay import after
from rules.schema.types import type_name
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE, raises=True)

# Within a family PostgreSQL compares with `=`, between them it does not.
FAMILY: Final = {
    **dict.fromkeys(NUMBERS, "number"),
    **dict.fromkeys(STRINGS - {"citext"}, "string"),
    "uuid": "uuid",
    "boolean": "boolean",
}


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find references to columns of another family of types."""
    parts = command.columns if isinstance(command, CreateTable) else command.changes
    made = after(context.schema, command)  # the table may refer to itself
    for part in parts if context.on_postgres and not context.repo.is_hidden else ():
        if isinstance(part, AddColumn | ModifyColumn) and isinstance(part.type, Reference):
            own, column = type_name(part.type, part.options), _target(part.type, made)
            if column is not None and _differ(str(own), str(column.type)):
                message = f"PostgreSQL refuses a foreign key from {own} to {column.type}."
                rewrite = context.offer(say_type, part.type, column, context)
                yield rule.finding(part.span, context, message, rewrite)


def say_type(reference: Reference, column: Column, context: Context) -> Rewrite:
    """Say the type of the column that is referred to."""
    place, option = reference.place, reference.options.option("type")
    spelt = column.spelling.type if column.spelling else None
    if place is None or place.shared or not isinstance(spelt, NamedType):
        raise CannotWriteError("how the type is written is not known")
    title, kind = f"Say that it is a `:{spelt.name}`", atom(spelt.name)
    if option is None:
        return Rewrite(title, Safety.SAFE, add_option(context.migration.source, place, "type", kind))
    if option.value_span is None:
        raise CannotWriteError("the type stands elsewhere")
    return Rewrite(title, Safety.SAFE, (Edit(option.value_span, one_line(kind)),))


def _target(reference: Reference, schema: Schema) -> Column | None:
    """Return the column that is referred to, where its table is known for certain."""
    table = schema.table(reference.target)
    return table.columns.get(stored(reference.column)) if table.whole and schema.whole else None


def _differ(own: str, theirs: str) -> bool:
    families = {FAMILY.get(base(own)), FAMILY.get(base(theirs))}
    return len(families) > 1 and None not in families
