"""A column changes to a type that its values do not become by themselves.

PostgreSQL casts what it would cast in an assignment: numbers among each other, anything to text. For other pairs, such
as text to integer, it wants to be told how, with `USING`, and refuses even if the table is empty. `modify` has no
option for that: `ALTER TABLE products ALTER price TYPE integer USING price::integer` says it, in an `execute`.

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
    defmodule Shop.Repo.Migrations.CreateParcels do
      use Ecto.Migration

      def change do
        create table(:parcels) do
          add :weight, :string
        end

        alter table(:parcels) do
          modify :weight, :integer, from: :string
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CreateParcels do
      use Ecto.Migration

      def change do
        create table(:parcels) do
          add :weight, :string
        end

        execute "ALTER TABLE parcels ALTER COLUMN weight TYPE integer USING weight::integer",
                "ALTER TABLE parcels ALTER COLUMN weight TYPE character varying(255)"
      end
    end
    ```

## Safe when
Every value becomes text.

    ```elixir
    defmodule Shop.Repo.Migrations.AllowLongTitles do
      use Ecto.Migration

      def up do
        alter table(:products) do
          modify :title, :text
        end
      end

      def down do
        alter table(:products) do
          modify :title, :string
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DATA-TYPE
- https://www.postgresql.org/docs/current/sql-createcast.html
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, Execute, ModifyColumn
from rules.elixir.printer import habit_of, lines
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, call, text
from rules.rewrite.place import set_apart
from rules.rewrite.sql import change_type
from rules.rule import Context, Rule
from rules.schema.notes import Clash
from rules.schema.types import type_name
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE, raises=True)


@rule.on(AlterTable, Execute)
def check(command: AlterTable | Execute, context: Context) -> Iterator[Finding]:
    """Find changes between types that no cast of assignment connects."""
    for part, note in context.clashes(Clash.CAST):
        rewrite = context.offer(say_using, command, context)
        yield rule.finding(part.span, context, f"PostgreSQL refuses this: {note.text}.", rewrite)


def say_using(alter: AlterTable | Execute, context: Context) -> Rewrite:
    """Change the type in SQL, which can say how values become others."""
    if not isinstance(alter, AlterTable) or len(alter.changes) != 1 or alter.place.shared:
        raise CannotWriteError("more is changed than a column")
    change = alter.changes[0]
    if not isinstance(change, ModifyColumn) or change.options.entries:
        raise CannotWriteError("more is changed than a type")
    table = context.schema.table(alter.table.name)
    changed = change_type(table, table.columns[stored(change.column)], type_name(change.type, change.options))
    both = [text(sql) for sql in changed] if context.is_reversed else [text(changed[0])]
    column = context.migration.source.column_at(alter.span.start) - 1
    written = "\n".join(lines([call("execute", *both)], column, habit_of(context.migration.source))).lstrip()
    edits = Edit(alter.span, written), *set_apart(context.migration.source, alter.span)
    return Rewrite("Say in SQL how old values become new ones", Safety.REVIEW, edits)
