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
    defmodule Shop.Repo.Migrations.CountPrices do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :title, :integer, from: :string
        end
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

from rules.ecto.commands import AlterTable, Execute
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.notes import Clash

rule = Rule(__name__, Severity.OUTAGE, raises=True)


@rule.on(AlterTable, Execute)
def check(_: AlterTable | Execute, context: Context) -> Iterator[Finding]:
    """Find changes between types that no cast of assignment connects."""
    for part, note in context.clashes(Clash.CAST):
        yield rule.finding(part.span, context, f"PostgreSQL refuses this: {note.text}.")
