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

from rules.ecto.commands import AlterTable, Command, DropTable, Execute, RemoveColumn, RepoCall, Sql
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity, Verdict
from rules.rule import Context, Rule
from rules.schema.draft import key
from rules.schema.model import Schema
from rules.schema.text import mentions
from rules.sql.effects import RowsWritten
from rules.sql.names import stored

rule = Rule(__name__, Severity.RISK, about_rollback=True)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find values that are moved to where a rollback drops them, from where it restores nothing but the place."""
    if context.proof.verdict is not Verdict.LOSES_DATA or any(map(_may_write, migration.down.commands)):
        return
    gone = list(_gone(migration, context.start))
    for command in migration.up.commands:
        sql = _sql(command)
        places = list(_new_places(sql, context.start)) if sql is not None else []
        sources = [name for name, word in gone if sql is not None and mentions(sql.text, word)]
        if places and sources:
            message = f"A rollback drops {places[0]}, and {sources[0]} comes back empty: what was moved is lost."
            yield rule.finding(command.span, context, message)


def _sql(command: Command) -> Sql | None:
    sql = command.runs if isinstance(command, Execute) else command.sql if isinstance(command, RepoCall) else None
    return sql if isinstance(sql, Sql) else None


def _may_write(command: Command) -> bool:
    """Tell whether a command of the way back may put values anywhere."""
    sql = _sql(command)
    if sql is None:
        return isinstance(command, Execute | RepoCall)
    return any(isinstance(effect, RowsWritten) for statement in sql.statements for effect in statement.effects)


def _gone(migration: Migration, start: Schema) -> Iterator[tuple[str, str]]:
    """Yield what of *start* the migration removes: how to call it, and the word by which SQL does."""
    for command in migration.up.commands:
        if isinstance(command, DropTable) and key(command.table.name) in start.tables:
            yield f"`{command.table.name}`", command.table.name.name
        if isinstance(command, AlterTable) and key(command.table.name) in start.tables:
            for part in command.changes:
                if isinstance(part, RemoveColumn):
                    yield f"`{command.table.name}.{part.column}`", part.column


def _new_places(sql: Sql, start: Schema) -> Iterator[str]:
    """Yield where *sql* writes that was not there in *start*."""
    for effect in (effect for statement in sql.statements for effect in statement.effects):
        if isinstance(effect, RowsWritten):
            known = start.tables.get(key(effect.table))
            if known is None:
                yield f"`{effect.table}`"
            else:
                yield from (f"`{known.name}.{one}`" for one in effect.columns if stored(one) not in known.columns)
