"""A rollback with CASCADE drops what others have built on a shared thing: columns, indexes, functions, views.

A migration that says `CREATE EXTENSION IF NOT EXISTS citext` may find the extension there. If its way back says
`DROP EXTENSION citext CASCADE`, every column of the type goes along with all that it holds, whoever made it, and
nothing asks. Without CASCADE, PostgreSQL refuses as long as somebody uses it.

## Given
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

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AddTrigrams do
      use Ecto.Migration

      def change do
        execute "CREATE EXTENSION IF NOT EXISTS pg_trgm", "DROP EXTENSION IF EXISTS pg_trgm CASCADE"
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.AddTrigrams do
      use Ecto.Migration

      def change do
        execute "CREATE EXTENSION IF NOT EXISTS pg_trgm", "DROP EXTENSION IF EXISTS pg_trgm"
      end
    end
    ```

## Safe when
The migration makes for certain what its rollback drops.

    ```elixir
    defmodule Shop.Repo.Migrations.AddMoods do
      use Ecto.Migration

      def change do
        execute "CREATE TYPE mood AS ENUM ('calm', 'merry')", "DROP TYPE mood CASCADE"
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-dropextension.html
- https://www.postgresql.org/docs/current/ddl-depend.html
"""

import re
from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import Command, Execute, RepoCall, Sql
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rule import Context, Rule
from rules.schema.model import key
from rules.source import Span
from rules.sql.effects import EnumCreated, Kind, ObjectCreated, ObjectDropped
from rules.sql.names import Name

rule = Rule(__name__, Severity.RISK, about_rollback=True)

SHARED: Final = frozenset({Kind.EXTENSION, Kind.TYPE, Kind.DOMAIN, Kind.FUNCTION, Kind.SCHEMA, Kind.COLLATION})
CASCADE: Final = re.compile(r"\s+CASCADE\b", re.IGNORECASE)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find things that a rollback drops with all that uses them, though they may have been there before."""
    if not context.on_postgres or migration.down.failure is not None:
        return
    made = set(_made_for_certain(migration))
    for command in migration.down.commands:
        sql = _sql(command)
        for effect in sql.effects if sql else ():
            if isinstance(effect, ObjectDropped) and effect.cascade and effect.kind in SHARED and sql is not None:
                if key(effect.name) in made:
                    continue
                message = f"A rollback drops `{effect.name}`, and with CASCADE all that others have built on it."
                yield rule.finding(command.span, context, message, context.offer(leave_users, sql, context))


def _sql(command: Command) -> Sql | None:
    return command.sql if isinstance(command, Execute | RepoCall) else None


def _made_for_certain(migration: Migration) -> Iterator[Name]:
    for sql in filter(None, map(_sql, migration.up.commands)):
        for effect in sql.effects:
            if isinstance(effect, EnumCreated):
                yield key(effect.type)
            if isinstance(effect, ObjectCreated) and not (effect.if_not_exists or effect.replace):
                yield key(effect.name)


def leave_users(sql: Sql, context: Context) -> Rewrite:
    """Drop it only if nobody uses it."""
    found = list(CASCADE.finditer(context.migration.source[sql.span]))
    if len(found) != 1:
        raise CannotWriteError("CASCADE does not stand there alone")
    start = sql.span.start
    edit = Edit(Span(start + found[0].start(), start + found[0].end()), "")
    return Rewrite("Drop it only if nothing uses it", Safety.SAFE, (edit,))
