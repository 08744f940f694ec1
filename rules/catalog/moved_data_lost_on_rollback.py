"""A rollback drops what the migration has moved somewhere else, and brings the old place back empty.

The migration copies values into a new column or table and removes where they were. The schema comes back as it was,
but the rollback drops the new place with all that is in it, and nothing puts the values back: they are gone from both.
A `down` that copies them back, or a second migration that removes the old place later, keeps the way back open.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateMembers do
      use Ecto.Migration

      def change do
        create table(:members) do
          add :address, :text
          add :phone, :string
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateAddresses do
      use Ecto.Migration

      def up do
        create table(:addresses) do
          add :member_id, references(:members)
          add :text, :text
        end

        execute "INSERT INTO addresses (member_id, text) SELECT id, address FROM members"

        alter table(:members) do
          remove :address
        end
      end

      def down do
        alter table(:members) do
          add :address, :text
        end

        drop table(:addresses)
      end
    end
    ```

## Safe when
The old place stays until nobody wants to go back.

    ```elixir
    defmodule Shop.Repo.Migrations.CreatePhones do
      use Ecto.Migration

      def up do
        create table(:phones) do
          add :member_id, references(:members)
          add :number, :string
        end

        execute "INSERT INTO phones (member_id, number) SELECT id, phone FROM members"
      end

      def down do
        drop table(:phones)
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-up-down-and-change
"""

from collections.abc import Iterator
from typing import TypeAlias

from rules.ecto.commands import Command, Execute, RepoCall, Sql
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity, Verdict
from rules.rule import Context, Rule
from rules.schema.model import Schema, key
from rules.schema.text import mentions
from rules.sql.effects import RowsWritten
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.RISK, about_rollback=True)

Place: TypeAlias = tuple[Name, str | None]  # a table, or one of its columns


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find values that are moved to where a rollback drops them, from where it restores nothing but the place."""
    if context.proof.verdict is not Verdict.LOSES_DATA or any(map(_may_write, migration.down.commands)):
        return
    before, after, back = map(_places, (context.start, context.passage.up.schema, context.passage.down.schema))
    emptied, dropped = (before - after) & back, after - before - back
    for command in migration.up.commands:
        sql = _sql(command)
        targets = [one for one in _written(sql) if one in dropped] if sql is not None else []
        sources = [
            one for one in sorted(emptied, key=str) if sql is not None and mentions(sql.text, one[1] or one[0].name)
        ]
        if targets and sources:
            places = _said(targets[0]), _said(sources[0])
            message = f"A rollback drops `{places[0]}`, and `{places[1]}` comes back empty: what was moved is lost."
            yield rule.finding(command.span, context, message)


def _sql(command: Command) -> Sql | None:
    return command.sql if isinstance(command, Execute | RepoCall) else None


def _may_write(command: Command) -> bool:
    """Tell whether a command of the way back may put values anywhere."""
    sql = _sql(command)
    return next(_written(sql), None) is not None if sql is not None else isinstance(command, Execute | RepoCall)


def _places(schema: Schema) -> frozenset[Place]:
    columns = ((name, column) for name, table in schema.tables.items() for column in table.columns)
    return frozenset([*((name, None) for name in schema.tables), *columns])


def _written(sql: Sql) -> Iterator[Place]:
    """Yield where *sql* puts values."""
    for effect in sql.effects:
        if isinstance(effect, RowsWritten):
            yield key(effect.table), None
            yield from ((key(effect.table), stored(column)) for column in effect.columns)


def _said(place: Place) -> str:
    table, column = place
    return str(table) if column is None else f"{table}.{column}"
