'''A string with several statements is refused by PostgreSQL.

Ecto prepares every string that it sends, and PostgreSQL prepares one statement at a time: it answers `cannot insert
multiple commands into a prepared statement`. A semicolon at the end is harmless, and so are those within the body of
a function or a `DO` block.

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
    defmodule Shop.Repo.Migrations.TidyProducts do
      use Ecto.Migration

      def change do
        execute "ALTER TABLE products ALTER title SET DEFAULT ''; ALTER TABLE products ALTER price SET DEFAULT 0",
                "ALTER TABLE products ALTER price DROP DEFAULT; ALTER TABLE products ALTER title DROP DEFAULT"
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.TidyProducts do
      use Ecto.Migration

      def change do
        execute "ALTER TABLE products ALTER title SET DEFAULT ''",
                "ALTER TABLE products ALTER title DROP DEFAULT"

        execute "ALTER TABLE products ALTER price SET DEFAULT 0",
                "ALTER TABLE products ALTER price DROP DEFAULT"
      end
    end
    ```

## Safe when
The semicolons belong to one statement.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateTouch do
      use Ecto.Migration

      def up do
        execute """
        CREATE FUNCTION touch() RETURNS trigger AS $$
        BEGIN
          NEW.price := 0;
          RETURN NEW;
        END;
        $$ LANGUAGE plpgsql;
        """
      end

      def down do
        execute "DROP FUNCTION touch();"
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#execute/1
'''

from collections.abc import Iterator
from itertools import zip_longest

from rules.ecto.commands import Execute, RepoCall, Sql
from rules.ecto.migration import Migration
from rules.elixir.printer import habit_of, lines
from rules.elixir.syntax import Syntax
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.place import indent_at
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.OUTAGE, raises=True)


@rule.on(Execute, RepoCall)
def check(command: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find strings with several statements, also those that a rollback would send."""
    sides = (command.runs, command.reverse) if isinstance(command, Execute) else (command.sql,)
    yield from _found(command, sides, context)


@rule.on(Migration)
def check_down(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find them in `down`, too."""
    for command in () if migration.reverses_change else migration.down.commands:
        if isinstance(command, Execute | RepoCall):
            yield from _found(command, (command.sql,), context)


def _found(command: Execute | RepoCall, sides: tuple[object, ...], context: Context) -> Iterator[Finding]:
    if not context.on_postgres or len(command.place.arguments) > 1 + isinstance(command, Execute):
        return
    counts = [len(side.statements) for side in sides if isinstance(side, Sql) and side.exact]
    if counts and max(counts) > 1:
        message = f"PostgreSQL refuses {max(counts)} statements in one string."
        yield rule.finding(command.span, context, message, context.offer(part, command, context.migration))


def part(command: Execute | RepoCall, migration: Migration) -> Rewrite:
    """Write an `execute` for each statement, each with the one that undoes it."""
    if isinstance(command, RepoCall) or command.place.shared or command.sql is None:
        raise CannotWriteError("it is not a plain `execute`")
    ups = _statements(command.sql)
    if command.reverse is None:
        calls = [call("execute", up) for up in ups]
    elif isinstance(command.reverse, Sql):
        # What is executed last is undone first.
        pairs = list(zip_longest(reversed(ups), _statements(command.reverse), fillvalue=text("")))
        calls = [call("execute", up, down) for up, down in reversed(pairs)]
    else:
        raise CannotWriteError("a function undoes it")
    source, span = migration.source, command.span
    written = "\n".join(lines(calls, indent_at(source, span.start), habit_of(source))).lstrip()
    return Rewrite("Execute one statement at a time", Safety.SAFE, (Edit(span, written),))


def _statements(sql: Sql) -> list[Syntax]:
    """Return each statement as a string of one line."""
    found: list[Syntax] = []
    for statement in sql.statements:
        written = sql.text[statement.start : statement.end]
        if "\n" in written and any(mark in written for mark in ("--", "$", "'")):
            raise CannotWriteError("the line breaks may matter")
        found.append(text(" ".join(written.split()) if "\n" in written else written))
    return found
