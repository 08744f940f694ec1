"""A prepared statement no longer fits when a column that it selects has changed its type.

Ecto prepares each query once per connection. When the type of a column in its answer changes, be it from a shorter to
a longer string, PostgreSQL refuses to run the old plan: `cached plan must not change result type`. Each pooled
connection raises that once for each query, and a transaction in which it happens is lost. Restart the nodes right
after the migration, or have the repo use `prepare: :unnamed`.

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
    # lib/shop/product.ex
    defmodule Shop.Product do
      use Ecto.Schema

      schema "products" do
        field :code, :string
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.LengthenCodes do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :code, :string, size: 40, from: {:string, size: 20}
        end
      end
    end
    ```

## Safe when
The type stays, or no running code selects the column.

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

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Adapters.Postgres.html
- https://www.postgresql.org/docs/current/sql-prepare.html
"""

from collections.abc import Iterator
from itertools import islice

from rules.ecto.commands import AlterTable, Execute, ModifyColumn
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.model import key
from rules.schema.types import type_name
from rules.source import Span
from rules.sql.effects import ColumnTypeChanged
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.ADVICE)


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find columns that running code selects, and that come back with another type."""
    if any(effect.rewrites_table for effect in context.effects(alter)):
        return  # that is worse, and said
    modified = [part for part in alter.changes if isinstance(part, ModifyColumn)]
    kinds = [(part, type_name(part.type, part.options)) for part in modified]
    said = (one for part, kind in kinds for one in judged(alter.table.name, part.column, kind, part.span, context))
    yield from islice(said, 1)


@rule.on(Execute)
def check_sql(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find the same in SQL."""
    if any(effect.rewrites_table for effect in context.effects(execute)):
        return
    for effect in execute.effects:
        if isinstance(effect, ColumnTypeChanged):
            yield from judged(effect.table, effect.column, effect.type, execute.span, context)


def judged(table: Name, column: str, kind: object, span: Span, context: Context) -> Iterator[Finding]:
    """Say so where the type changes under a query that runs meanwhile."""
    before = context.schema.table(table).columns.get(stored(column))
    is_changed = before is not None and isinstance(before.type, str) and before.type != kind
    use = context.running.use(key(table), stored(column)) if is_changed and context.is_live(table) else None
    if use is not None:
        message = f"Each open connection fails once when {use} selects `{column}` ({use.place}): its plan is outdated."
        yield rule.finding(span, context, message)
