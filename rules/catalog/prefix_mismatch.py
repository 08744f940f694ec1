"""A table is made in one prefix and looked for in another.

A prefix is a schema of PostgreSQL, and each command that touches the table has to say it. An index, a constraint or a
reference without it looks for the table where the connection looks first, which is `public`, and PostgreSQL raises.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateSales do
      use Ecto.Migration

      def change do
        execute "CREATE SCHEMA sales", "DROP SCHEMA sales"
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateOffers do
      use Ecto.Migration

      def change do
        create table(:brands, prefix: "sales")

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
        create table(:brands, prefix: "sales")

        create table(:offers) do
          add :brand_id, references(:brands, prefix: "sales")
        end
      end
    end
    ```

## Safe when
The table is in no prefix, or in each prefix that is looked in.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateOffersOfBothBrands do
      use Ecto.Migration

      def change do
        create table(:brands, prefix: "sales")
        create table(:brands)

        create table(:offers) do
          add :brand_id, references(:brands)
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-prefixes
"""

from collections.abc import Iterator

from rules.ecto.commands import (
    AddColumn,
    AlterTable,
    ColumnChange,
    Command,
    CreateConstraint,
    CreateIndex,
    CreateTable,
    DropIndex,
    DropTable,
    ModifyColumn,
)
from rules.ecto.place import Place
from rules.ecto.types import Reference
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, text
from rules.rewrite.place import add_option
from rules.rule import Context, Rule
from rules.schema.model import PUBLIC, Schema, key
from rules.source import SourceFile
from rules.sql.names import Name

rule = Rule(__name__, Severity.OUTAGE, raises=True)


@rule.on(AlterTable, CreateConstraint, CreateIndex, CreateTable, DropIndex, DropTable)
def check(command: Command, context: Context) -> Iterator[Finding]:
    """Find tables that no migration made where they are looked for, but one made elsewhere."""
    for place, name in _looked_for(command) if context.on_postgres else ():
        prefix = _only_prefix(name, context.schema)
        if prefix is not None:
            message = f"PostgreSQL finds no `{name}`: the table is in the prefix `{prefix}`."
            rewrite = context.offer(say_prefix, place, name, prefix, context.migration.source)
            yield rule.finding(place.span, context, message, rewrite)


def say_prefix(place: Place, name: Name, prefix: str, source: SourceFile) -> Rewrite:
    """Say the prefix where there is none; which of two is wrong only a person knows."""
    if name.prefix is not None or place.shared:
        raise CannotWriteError("which prefix was meant is not plain")
    return Rewrite(f"Look in `{prefix}`", Safety.SAFE, add_option(source, place, "prefix", text(prefix)))


def _looked_for(command: Command) -> Iterator[tuple[Place, Name]]:
    match command:
        case CreateIndex(index=index) | DropIndex(index=index, if_exists=False):
            yield index.place, index.table
        case CreateConstraint(constraint=constraint):
            yield constraint.place, constraint.table
        case DropTable(table=table, if_exists=False):
            yield table.place, table.name
        case AlterTable(table=table, changes=parts):
            yield table.place, table.name
            yield from _targets(parts, table.name)
        case CreateTable(table=table, columns=parts):
            yield from _targets(parts, table.name)
        case _:
            pass


def _targets(parts: tuple[ColumnChange, ...], table: Name) -> Iterator[tuple[Place, Name]]:
    """Yield the tables to which columns refer, but for their own."""
    for part in parts:
        kind = part.type if isinstance(part, AddColumn | ModifyColumn) else None
        if isinstance(kind, Reference) and kind.place is not None and key(kind.target) != key(table):
            yield kind.place, kind.target


def _only_prefix(name: Name, schema: Schema) -> str | None:
    """Return the one prefix that has the table, where the prefix that is looked in certainly has not."""
    at = key(name)
    taken = at in schema.tables or any(thing.name == at for thing in schema.things.values())
    if taken or not schema.whole:
        return None
    prefixes = [one.prefix for one, table in schema.tables.items() if one.name == at.name and table.whole]
    return prefixes[0] or PUBLIC if len(prefixes) == 1 else None
