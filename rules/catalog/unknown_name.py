"""A name is used that the history never gave, or has taken away.

PostgreSQL refuses to change or drop what is not there. Often the name is Ecto's to make up: a foreign key is called
`<table>_<column>_fkey`, an index `<table>_<columns>_index`, and neither follows when the table or the column is
renamed. This rule speaks only of tables whose whole history could be read, and of tables that are misspelt.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:brands)

        create table(:products) do
          add :title, :string
          add :price, :integer
          add :brand_id, references(:brands)
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.DropBrandKey do
      use Ecto.Migration

      def up do
        drop constraint(:products, :brand_id_fkey)
      end

      def down do
        alter table(:products) do
          modify :brand_id, references(:brands)
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.DropBrandKey do
      use Ecto.Migration

      def up do
        drop constraint(:products, :products_brand_id_fkey)
      end

      def down do
        alter table(:products) do
          modify :brand_id, references(:brands)
        end
      end
    end
    ```

## Safe when
With `if_exists` a missing thing is skipped.

    ```elixir
    defmodule Shop.Repo.Migrations.DropOldKey do
      use Ecto.Migration

      def up do
        drop_if_exists constraint(:products, :old_brand_id_fkey)
      end

      def down do
        :ok
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#constraint/3
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from rules.ecto.commands import (
    AddColumn,
    AlterTable,
    ColumnChange,
    Command,
    CreateConstraint,
    CreateIndex,
    CreateTable,
    DropConstraint,
    DropIndex,
    DropTable,
    Execute,
    ModifyColumn,
    RenameColumn,
)
from rules.ecto.place import Place
from rules.ecto.types import Reference
from rules.finding import Finding, Severity
from rules.rewrite.blocks import moved_before
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.known import known_name, write_name
from rules.rule import Context, Rule
from rules.schema.model import Schema, key
from rules.schema.notes import Clash
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.OUTAGE, raises=True)

NEAR: Final = 0.85  # of the letters in common: `user` and `users` are as near, `posts` and `hosts` are not
SQLITE: Final = "sqlite"  # whose folders say so even where no repo is known: it lets keys refer to what is yet to come
Namer = AlterTable | CreateConstraint | CreateIndex | DropConstraint | DropIndex | Execute | RenameColumn


@rule.on(AlterTable, CreateConstraint, CreateIndex, DropConstraint, DropIndex, Execute, RenameColumn)
def check(command: Namer, context: Context) -> Iterator[Finding]:
    """Find columns, indexes and constraints that are not on their table."""
    for part, note in context.clashes(Clash.MISSING):
        if not _was_there(command, context):
            rewrite = context.offer(known_name, part, command, context.schema, context.migration.source)
            yield rule.finding(part.span, context, f"PostgreSQL refuses this: {note.text}.", rewrite)


@rule.on(AlterTable, CreateConstraint, CreateIndex, CreateTable, DropTable, RenameColumn)
def check_tables(command: Command, context: Context) -> Iterator[Finding]:
    """Find tables whose names are nearly those of others."""
    for place, name in _tables(command) if context.on_postgres else ():
        later = _created_later(name, command, context)
        near = None if later else _near(name, context.schema)
        if later:
            rewrite = context.offer(create_before, later, command, context)
            yield rule.finding(place.span, context, f"`{name}` is created later in this migration.", rewrite)
        elif near:
            rewrite = context.offer(write_name, place, 0, near)
            yield rule.finding(place.span, context, f"There is no table `{name}`; `{near}` is near.", rewrite)


def create_before(later: CreateTable, command: Command, context: Context) -> Rewrite:
    """Create the table before it is used."""
    if later.place.shared or {name for _, name in _tables(later)} & _made_by(command):
        raise CannotWriteError("the two refer to each other")
    edits = moved_before(context.migration.source, later.span, command.span)
    return Rewrite(f"Create `{later.table.name}` before", Safety.SAFE, edits)


def _created_later(name: Name, command: Command, context: Context) -> CreateTable | None:
    """Return the command that creates the table *name* only after *command*, where it cannot be there before."""
    if key(name) in context.schema.tables or not context.schema.whole or SQLITE in context.migration.source.path:
        return None
    commands = [one for one, _ in context.before]
    after = commands[commands.index(command) + 1 :] if command in commands else []
    made = [one for one in after if isinstance(one, CreateTable) and not one.if_not_exists]
    return next((one for one in made if key(one.table.name) == key(name)), None)


def _made_by(command: Command) -> set[Name]:
    return {command.table.name} if isinstance(command, CreateTable) else set()


def _was_there(command: Command, context: Context) -> bool:
    """Tell whether an earlier step of the migration took it away, along with a column: that is another rule's."""
    before = next((schema for _, schema in context.before), context.schema)
    match command:
        case DropIndex(index=index):
            return stored(index.name) in before.table(index.table).indexes
        case DropConstraint(constraint=constraint):
            return stored(constraint.name) in before.table(constraint.table).constraints
        case _:
            return False


def _tables(command: Command) -> Iterator[tuple[Place, Name]]:
    match command:
        case AlterTable(table=table, changes=parts):
            yield table.place, table.name
            yield from _targets(parts, table.name)
        case CreateTable(table=table, columns=parts):
            yield from _targets(parts, table.name)
        case DropTable(table=table, if_exists=False) | RenameColumn(table=table):
            yield table.place, table.name
        case CreateIndex(index=subject) | CreateConstraint(constraint=subject):
            yield subject.place, subject.table
        case _:
            pass


def _targets(parts: tuple[ColumnChange, ...], table: Name) -> Iterator[tuple[Place, Name]]:
    """Yield the tables to which columns refer, but for their own."""
    kinds = [part.type for part in parts if isinstance(part, AddColumn | ModifyColumn)]
    for kind in kinds:
        if isinstance(kind, Reference) and kind.place is not None and key(kind.target) != key(table):
            yield kind.place, kind.target


def _near(name: Name, schema: Schema) -> str | None:
    """Return the table that was probably meant, where *name* is certainly none."""
    at = key(name)
    others = [known.name for known, table in schema.tables.items() if known.prefix == at.prefix and table.whole]
    known = at in schema.tables or any(thing.name == at for thing in schema.things.values())
    if known or not schema.whole or at.prefix is not None:
        return None
    return next(iter(get_close_matches(at.name, others, 1, NEAR)), None)
