"""A value is added to an enum and used in the same transaction.

PostgreSQL does not let a new value of an enum be used before the transaction that adds it has ended, because the value
could still be taken back: not in an update, not in a default, not in the condition of an index. Add the value in one
migration and use it in the next. Before version 12, `ALTER TYPE ... ADD VALUE` was refused in any transaction; since
version 17 a value may be used at once if its type is as new.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        execute "CREATE TYPE state AS ENUM ('new', 'used')", "DROP TYPE state"

        create table(:products) do
          add :title, :string
          add :state, :state
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.SellProducts do
      use Ecto.Migration

      def up do
        execute "ALTER TYPE state ADD VALUE 'sold'"
        execute "INSERT INTO products (state) VALUES ('sold')"
      end

      def down do
        raise Ecto.MigrationError, "a value cannot be taken back"
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.SellProducts do
      use Ecto.Migration

      @disable_ddl_transaction true

      def up do
        execute "ALTER TYPE state ADD VALUE IF NOT EXISTS 'sold'"
        execute "INSERT INTO products (state) VALUES ('sold')"
      end

      def down do
        raise Ecto.MigrationError, "a value cannot be taken back"
      end
    end
    ```

## Safe when
The value is only added, or the type is made with all its values.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateMood do
      use Ecto.Migration

      def up do
        execute "CREATE TYPE mood AS ENUM ('good', 'bad')"
        execute "ALTER TYPE mood ADD VALUE 'mixed'"

        create table(:days) do
          add :mood, :mood, default: "bad"
        end
      end

      def down do
        drop table(:days)
        execute "DROP TYPE mood"
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertype.html#SQL-ALTERTYPE-NOTES
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import AddColumn, AlterTable, Command, CreateTable, Execute, ModifyColumn, RepoCall, Sql
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.enums import added_once
from rules.rewrite.place import outside_transaction
from rules.rule import Context, Rule
from rules.schema.casts import base
from rules.schema.model import Column, Schema, key
from rules.schema.text import mentions
from rules.schema.types import type_name
from rules.sql.effects import EnumCreated, EnumValueAdded
from rules.sql.statements import SqlStatement

rule = Rule(__name__, Severity.OUTAGE, raises=True)

ALLOWED_SINCE: Final = 12  # https://www.postgresql.org/docs/12/release-12.html: ADD VALUE within a transaction
BORN_TOGETHER_SINCE: Final = 17  # a new value of a type of the same transaction cannot outlive it
UNEVALUATED: Final = frozenset({"CreateFunctionStmt", "DoStmt", "CommentStmt", "AlterEnumStmt"})


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find values that are added, and used before the transaction ends."""
    if not migration.in_transaction or not context.on_postgres:
        return
    version, born = context.settings.postgres, set[str]()
    added: dict[str, str] = {}  # type by value
    for command, schema in context.before:
        for value, kind in added.items():
            if _uses(command, value, kind, schema):
                message = f"PostgreSQL refuses to use `{value}` in the transaction that adds it to `{kind}`."
                yield rule.finding(command.span, context, message, context.offer(add_before, context))
        effects = sql.effects if (sql := _sql(command)) else ()
        born |= {key(effect.type).name for effect in effects if isinstance(effect, EnumCreated)}
        new = {effect.value: key(effect.type).name for effect in effects if isinstance(effect, EnumValueAdded)}
        if version < ALLOWED_SINCE and set(new.values()) - born:
            message = f"PostgreSQL {version} adds no value to an enum in a transaction."
            yield rule.finding(command.span, context, message, context.offer(add_before, context))
        safe = born if version >= BORN_TOGETHER_SINCE else set()
        added |= {value: kind for value, kind in new.items() if kind not in safe}


def add_before(context: Context) -> Rewrite:
    """Let each statement end before the next begins, where nothing else of the migration needs them together."""
    source, edits = context.migration.source, list(outside_transaction(context.migration, lock=False))
    for command, _ in context.before:
        if isinstance(command, Execute) and command.sql and not command.place.shared:
            if any(isinstance(effect, EnumValueAdded) for effect in command.effects):
                edits += added_once(source, command.sql)
        else:
            raise CannotWriteError("a transaction keeps more together")
    return Rewrite("Add the value without a transaction", Safety.SAFE, tuple(edits))


def _sql(command: Command) -> Sql | None:
    return command.sql if isinstance(command, Execute | RepoCall) else None


def _uses(command: Command, value: str, kind: str, schema: Schema) -> bool:
    """Tell whether *command* certainly makes a value of the type *kind* out of the text *value*."""
    if isinstance(command, CreateTable | AlterTable):
        parts = command.columns if isinstance(command, CreateTable) else command.changes
        known = [part for part in parts if isinstance(part, AddColumn | ModifyColumn)]
        return any(part.default == value and type_name(part.type, part.options) == kind for part in known)
    sql = _sql(command)
    return sql is not None and any(_writes(statement, sql, value, kind, schema) for statement in sql.statements)


def _writes(statement: SqlStatement, sql: Sql, value: str, kind: str, schema: Schema) -> bool:
    if statement.node in UNEVALUATED:
        return False
    text = sql.text[statement.start : statement.end]
    columns = [column for name in statement.tables for column in schema.table(name).columns.values()]
    typed = any(isinstance(column.type, str) and base(column.type) == kind for column in columns)
    # Only one column may be meant: another one of a plain type could hold the same text.
    return typed and f"'{value}'" in text and (f"::{kind}" in text or _names_only(columns, kind, text))


def _names_only(columns: list[Column], kind: str, text: str) -> bool:
    """Tell whether of all *columns* the statement names but those of the type *kind*."""
    named = [column for column in columns if mentions(text, column.name)]
    return bool(named) and all(column.type == kind for column in named)
