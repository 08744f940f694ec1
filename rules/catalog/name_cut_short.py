"""A name is longer than PostgreSQL keeps, so that changesets look for another.

PostgreSQL cuts a name after 63 bytes without an error. When a row violates the constraint, it reports the short name;
`unique_constraint`, `foreign_key_constraint` and their kin look for the long one that Ecto makes up, do not find it,
and `Ecto.ConstraintError` is raised instead of an error in the changeset. A short `name:` here and in the changeset
makes the two meet.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreatePreferences do
      use Ecto.Migration

      def change do
        create table(:customer_notification_preferences) do
          add :customer_identifier, :string, null: false
          add :channel, :string, null: false
        end

        create unique_index(:customer_notification_preferences, [:customer_identifier, :channel])
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CreatePreferences do
      use Ecto.Migration

      def change do
        create table(:customer_notification_preferences) do
          add :customer_identifier, :string, null: false
          add :channel, :string, null: false
        end

        create unique_index(:customer_notification_preferences, [:customer_identifier, :channel],
                 name: :customer_notification_preferences_customer_identifier_channel_i
               )
      end
    end
    ```

## Safe when
The index guards nothing, or its name is short.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateSettings do
      use Ecto.Migration

      def change do
        create table(:customer_notification_settings) do
          add :customer_identifier, :string, null: false
          add :channel, :string, null: false
        end

        create index(:customer_notification_settings, [:customer_identifier, :channel])
        create unique_index(:customer_notification_settings, [:channel, :customer_identifier], name: :settings_index)
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
- https://hexdocs.pm/ecto/Ecto.Changeset.html#unique_constraint/3
"""

from collections.abc import Iterator

from rules.ecto.commands import (
    AddColumn,
    AlterTable,
    Command,
    CreateConstraint,
    CreateIndex,
    CreateTable,
    ModifyColumn,
)
from rules.ecto.place import Place
from rules.ecto.types import Reference
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, atom
from rules.rewrite.place import add_option
from rules.rule import Context, Rule
from rules.sql.names import stored

rule = Rule(__name__, Severity.ADVICE)


@rule.on(AlterTable, CreateConstraint, CreateIndex, CreateTable)
def check(command: Command, context: Context) -> Iterator[Finding]:
    """Find long names of everything that may refuse a row."""
    for name, place in _names(command) if context.on_postgres else ():
        if stored(name) != name:
            message = f"PostgreSQL cuts this name to `{stored(name)}`."
            rewrite = context.offer(write_short, stored(name), place, context)
            yield rule.finding(place.span, context, message, rewrite)


def write_short(name: str, place: Place, context: Context) -> Rewrite:
    """Write the name that PostgreSQL keeps, so that the changeset's can be read off."""
    if f"name: :{name[:1]}" in context.migration.source[place.span] or len(place.arguments) > 2:  # noqa: PLR2004 table, name, options
        raise CannotWriteError("the author has chosen the name")
    edits = add_option(context.migration.source, place, "name", atom(name))
    return Rewrite("Write the name that PostgreSQL keeps, and give it to the changeset", Safety.SAFE, edits)


def _names(command: Command) -> Iterator[tuple[str, Place]]:
    match command:
        case CreateIndex(index=index) if index.unique:
            yield index.name, index.place
        case CreateConstraint(constraint=constraint):
            yield constraint.name, constraint.place
        case CreateTable(columns=parts) | AlterTable(changes=parts):
            kinds = [part.type for part in parts if isinstance(part, AddColumn | ModifyColumn)]
            for kind in kinds:
                if isinstance(kind, Reference) and kind.place is not None:
                    yield kind.constraint, kind.place
        case _:
            pass
