"""A column that a view shows can neither change its type nor be dropped.

PostgreSQL keeps of a view which columns it shows, and with which types; it refuses to change one behind its back.
Ecto's `modify` restates the type in each case, and is refused even where it only changes a default. Drop the view,
change the column and make the view again, in one migration: nobody sees the moment in between.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :code, :string, size: 20
        end
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.ShowTitles do
      use Ecto.Migration

      def change do
        execute "CREATE VIEW titles AS SELECT id, title FROM products", "DROP VIEW titles"
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.LengthenTitles do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :title, :text, from: :string
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.LengthenTitles do
      use Ecto.Migration

      def change do
        execute "DROP VIEW titles", "CREATE VIEW titles AS SELECT id, title FROM products"

        alter table(:products) do
          modify :title, :text, from: :string
        end

        execute "CREATE VIEW titles AS SELECT id, title FROM products", "DROP VIEW titles"
      end
    end
    ```

## Safe when
The view goes first and comes back, or does not show the column.

    ```elixir
    defmodule Shop.Repo.Migrations.LengthenCodes do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :code, :text, from: {:string, size: 20}
        end
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.LengthenTitles do
      use Ecto.Migration

      def change do
        execute "DROP VIEW titles", "CREATE VIEW titles AS SELECT id, title FROM products"

        alter table(:products) do
          modify :title, :text, from: :string
        end

        execute "CREATE VIEW titles AS SELECT id, title FROM products", "DROP VIEW titles"
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/ddl-depend.html
- https://www.postgresql.org/docs/current/sql-altertable.html
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, Execute
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.in_the_way import without
from rules.rule import Context, Rule
from rules.schema.model import Schema, Thing, key
from rules.schema.text import mentions
from rules.schema.touched import touched
from rules.sql.effects import Kind
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.OUTAGE, raises=True)


VIEWS = frozenset({Kind.VIEW, Kind.MATERIALIZED_VIEW})


@rule.on(AlterTable, Execute)
def check(command: AlterTable | Execute, context: Context) -> Iterator[Finding]:
    """Find columns that cannot be touched for the sake of a view."""
    for part in touched(command) if context.on_postgres else ():
        view = seen_by(part.table, part.column, context.schema)
        if view is not None:
            rewrite = context.offer(drop_view, command, view, context)
            yield rule.finding(part.span, context, message(view, part.column), rewrite)


def drop_view(command: AlterTable | Execute, view: Thing, context: Context) -> Rewrite:
    """Drop the view before, and make it again behind if it still can show what it did."""
    removed = [one.column for one in touched(command) if one.dropped]
    again = not any(mentions(str(view.definition), column) for column in removed)
    edits = without(context.migration.source, command, view, reverses=context.is_reversed, again=again)
    title = f"Drop `{view.name}` before" + (", and make it again behind" if again else "")
    return Rewrite(title, Safety.SAFE if again and context.is_reversed else Safety.REVIEW, edits)


def message(view: Thing, column: str) -> str:
    """Say what is in the way."""
    return f"PostgreSQL refuses this: the {view.kind.value} `{view.name}` shows `{column}`."


def seen_by(name: Name, column: str, schema: Schema) -> Thing | None:
    """Return a view that certainly shows the column: its SQL names it, and no other table that it reads has one."""
    for thing in schema.things.values():
        if thing.kind in VIEWS and key(name) in thing.uses and isinstance(thing.definition, str):
            others = [schema.table(other) for other in thing.uses if other != key(name)]
            is_its_own = all(other.whole and stored(column) not in other.columns for other in others)
            if is_its_own and stored(column) in schema.table(name).columns and mentions(thing.definition, column):
                return thing
    return None
