"""Something is dropped while something else depends on it.

PostgreSQL keeps a table to which foreign keys refer, a column that a view shows, a type that a column has, and the
index of a constraint. Without `mode: :cascade` the drop is refused; with it, everything that depends goes along.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:brands)

        create table(:products) do
          add :title, :string
          add :price, :integer
          add :brand_id, references(:brands)
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.DropBrands do
      use Ecto.Migration

      def up do
        drop table(:brands)
      end

      def down do
        create table(:brands)
      end
    end
    ```

## Safe when
What depends goes first.

    ```elixir
    defmodule Shop.Repo.Migrations.ForgetBrands do
      use Ecto.Migration

      def up do
        drop constraint(:products, :products_brand_id_fkey)
        drop table(:brands)
      end

      def down do
        create table(:brands)

        alter table(:products) do
          modify :brand_id, references(:brands)
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/ddl-depend.html
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#drop/2
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, DropIndex, DropTable, Execute
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.notes import Clash

rule = Rule(__name__, Severity.OUTAGE, raises=True)


@rule.on(AlterTable, DropIndex, DropTable, Execute)
def check(_: AlterTable | DropIndex | DropTable | Execute, context: Context) -> Iterator[Finding]:
    """Find drops that PostgreSQL refuses for the sake of what depends on them."""
    for part, note in context.clashes(Clash.IN_USE):
        yield rule.finding(part.span, context, f"PostgreSQL refuses this: {note.text}.")
