"""A rollback makes a column narrower, and fails on what has been written into it since.

`modify :title, :text, from: :string` is a good migration, and its rollback restores the schema. But once a title of 300
characters has been written, or a NULL where NULL was allowed at last, PostgreSQL refuses the way back. Who rolls back
in the first hour is fine; later, the new values have to be shortened or filled first. The verdict says so for each
migration; this rule says it at the line, where `.github/ecto-fix.yml` has `type-narrowed-on-rollback: on`.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :stock, :integer
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AllowLongTitles do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :title, :text, from: :string
        end
      end
    end
    ```

## Safe when
`down` shortens what would not fit, before it changes the type.

    ```elixir
    defmodule Shop.Repo.Migrations.AllowTheLongestTitles do
      use Ecto.Migration

      def up do
        alter table(:products) do
          modify :title, :text
        end
      end

      def down do
        execute "UPDATE products SET title = left(title, 255)"

        alter table(:products) do
          modify :title, :string
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#modify/3
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import AlterTable, Execute, ModifyColumn, RepoCall
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity, Verdict
from rules.rule import Context, Rule
from rules.schema.casts import narrows
from rules.schema.model import Column, key
from rules.schema.types import type_name
from rules.sql.effects import RowsWritten
from rules.sql.names import stored

rule = Rule(__name__, Severity.ADVICE, about_rollback=True, on_request=True)

GOING_THROUGH: Final = frozenset({Verdict.LOSES_DATA, Verdict.FAILS_ON_DATA})


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find columns that a rollback makes narrower, while nothing makes their values fit."""
    if context.proof.verdict not in GOING_THROUGH or any(map(_writes, migration.down.commands)):
        return
    for command, schema in context.passage.way_back:
        if not isinstance(command, AlterTable) or key(command.table.name) not in context.start.tables:
            continue
        columns = schema.table(command.table.name).columns
        for part in command.changes:
            column = columns.get(stored(part.column)) if isinstance(part, ModifyColumn) else None
            if isinstance(part, ModifyColumn) and column is not None and (refused := _refused(part, column)):
                message = f"A rollback fails once `{command.table.name}.{part.column}` holds {refused}."
                yield rule.finding(part.span, context, message)


def _writes(command: object) -> bool:
    """Tell whether *command* may change rows, or do anything."""
    if isinstance(command, RepoCall):
        return command.writes
    if isinstance(command, Execute) and command.sql:
        return any(isinstance(effect, RowsWritten) for effect in command.effects)
    return isinstance(command, Execute)


def _refused(part: ModifyColumn, column: Column) -> str | None:
    """Say which values the column may hold that it cannot once *part* has run."""
    kind = type_name(part.type, part.options)
    is_narrower = isinstance(column.type, str) and isinstance(kind, str) and narrows(column.type, kind)
    refused = f"a value of {column.type} that {kind} cannot" if is_narrower else None
    return refused or ("a NULL" if column.null is True and part.null is False else None)
