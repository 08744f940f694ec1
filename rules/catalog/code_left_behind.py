"""What a migration drops or renames is still used by the code of the same change.

Ecto names every field of a schema in its queries, whether anybody looks at it or not. A field that is still there when
its column is gone makes every query on that table fail, in the new code as in the old. Take it out of the schema, or
let it point to what the column is called now with `source:`; a query without a schema has to follow as well.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :weight, :integer
        end

        create table(:fads)
      end
    end
    ```

    ```elixir
    # lib/shop/product.ex
    defmodule Shop.Product do
      use Ecto.Schema

      schema "products" do
        field :title, :string
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.DropTitles do
      use Ecto.Migration

      def change do
        alter table(:products) do
          remove :title, :string
        end
      end
    end
    ```

## Safe when
The code does not name the column, or another one takes its place.

    ```elixir
    defmodule Shop.Repo.Migrations.DropWeights do
      use Ecto.Migration

      def change do
        alter table(:products) do
          remove :weight, :integer
        end
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.RebuildTitles do
      use Ecto.Migration

      def change do
        alter table(:products) do
          remove :title, :string
          add :title, :text
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto/Ecto.Schema.html#field/3
- https://github.com/fly-apps/safe-ecto-migrations
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, Command, DropTable, Execute, RenameColumn, RenameTable, RepoCall
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.gone import lost

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(AlterTable, DropTable, RenameColumn, RenameTable, Execute, RepoCall)
def check(command: Command, context: Context) -> Iterator[Finding]:
    """Find tables and columns that the code of the change still uses when all of its migrations have run."""
    for gone in lost(command, context.end):
        use = context.background.coming.use(gone.table, gone.column)
        if use is not None and context.on_postgres and not gone.is_moved:
            message = f"{use} still uses {gone} in this change ({use.place}): its queries fail from here on."
            yield rule.finding(gone.span, context, message)
