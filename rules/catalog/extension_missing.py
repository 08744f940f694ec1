"""A type or function of an extension is used that no migration has created.

`citext`, `uuid_generate_v4()`, `gin_trgm_ops` and the like come with extensions, and an extension is part of a
database only after `CREATE EXTENSION`. Where somebody once did that by hand, the migration passes; on a new database,
such as that of the next developer or of the tests, it fails.

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
    defmodule Shop.Repo.Migrations.CreateMembers do
      use Ecto.Migration

      def change do
        create table(:members) do
          add :email, :citext
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CreateMembers do
      use Ecto.Migration

      def change do
        execute "CREATE EXTENSION IF NOT EXISTS citext", "DROP EXTENSION IF EXISTS citext"

        create table(:members) do
          add :email, :citext
        end
      end
    end
    ```

## Safe when
The extension is created before.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateGuests do
      use Ecto.Migration

      def change do
        execute "CREATE EXTENSION citext", "DROP EXTENSION citext"

        create table(:guests) do
          add :email, :citext
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/contrib.html
- https://www.postgresql.org/docs/current/sql-createextension.html
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, Command, CreateIndex, CreateTable, ModifyColumn
from rules.ecto.values import Fragment
from rules.elixir.printer import habit_of, lines
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.names import identifier
from rules.rewrite.place import indent_at
from rules.rule import Context, Rule
from rules.schema.extensions import in_text, is_known, of_type
from rules.schema.types import type_name
from rules.source import Span

rule = Rule(__name__, Severity.ADVICE, raises=True)


@rule.on(CreateTable, AlterTable, CreateIndex)
def check(command: CreateTable | AlterTable | CreateIndex, context: Context) -> Iterator[Finding]:
    """Find the first use of what an extension brings."""
    if not context.on_postgres or not context.schema.whole:
        return
    for span, word, extension in _needs(command):
        if not is_known(word, extension, context.schema):
            message = f"`{word}` comes with the extension `{extension}`, which no migration has created."
            yield rule.finding(span, context, message, context.offer(create_before, command, extension, context))


def create_before(command: CreateTable | AlterTable | CreateIndex, extension: str, context: Context) -> Rewrite:
    """Create the extension first, and drop it again if nobody else uses it."""
    source, start = context.migration.source, command.span.start
    if command.place.shared or not context.is_reversed:
        raise CannotWriteError("where it goes is not plain")
    name = identifier(extension)
    both = (text(f"{verb} {name}") for verb in ("CREATE EXTENSION IF NOT EXISTS", "DROP EXTENSION IF EXISTS"))
    column = indent_at(source, start)
    written = "\n".join(lines([call("execute", *both)], column, habit_of(source)))
    first = Span(start - column, start - column)
    title = f"Create the extension `{extension}`"
    return Rewrite(title, Safety.REVIEW, (Edit(first, f"{written}\n\n"),))


def _needs(command: Command) -> Iterator[tuple[Span, str, str]]:
    if isinstance(command, CreateIndex):
        texts = [column.text for column in command.index.columns if column.is_expression]
        yield from ((command.span, *found) for found in in_text(" ".join(texts)))
    if isinstance(command, CreateTable | AlterTable):
        parts = command.columns if isinstance(command, CreateTable) else command.changes
        for part in parts:
            if isinstance(part, AddColumn | ModifyColumn):
                yield from _needs_of(part)


def _needs_of(part: AddColumn | ModifyColumn) -> Iterator[tuple[Span, str, str]]:
    yield from ((part.span, *found) for found in of_type(str(type_name(part.type, part.options))))
    if isinstance(part.default, Fragment):
        yield from ((part.span, *found) for found in in_text(part.default.sql))
