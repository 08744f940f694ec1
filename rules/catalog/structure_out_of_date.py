"""A dump of the database that is kept beside the migrations does not have the newest of them.

`mix ecto.load` makes a database out of `structure.sql` in one go, for tests and new machines. The file knows the
migrations that had run when `mix ecto.dump` wrote it. One that is missing is run afterwards by `mix ecto.migrate`,
where somebody thinks of that; where nobody does, the code meets a database without it.

## Given
    ```elixir
    # priv/repo/migrations/20240101000001_create_products.exs
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
        end
      end
    end
    ```

    ```sql
    -- priv/repo/structure.sql
    CREATE TABLE public.products (id bigint NOT NULL, title character varying(255));
    INSERT INTO public."schema_migrations" (version) VALUES (20240101000001);
    INSERT INTO public."schema_migrations" (version) VALUES (20240101000009);
    ```

## Instead of
    ```elixir
    # priv/repo/migrations/20240101000008_create_labels.exs
    defmodule Shop.Repo.Migrations.CreateLabels do
      use Ecto.Migration

      def change do
        create table(:labels) do
          add :name, :string
        end
      end
    end
    ```

## Safe when
`mix ecto.dump` has been run after the migration, and its file is part of the change.

    ```elixir
    # priv/repo/migrations/20240101000009_create_brands.exs
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def change do
        create table(:brands) do
          add :name, :string
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Mix.Tasks.Ecto.Dump.html
- https://hexdocs.pm/ecto_sql/Mix.Tasks.Ecto.Load.html
"""

from collections.abc import Iterator

from rules.ecto.listing import Neighbours
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.ADVICE)


@rule.on(Neighbours)
def check(neighbours: Neighbours, context: Context) -> Iterator[Finding]:
    """Find the first migration that a dump which has been kept up to date does not have."""
    if neighbours.undumped is not None:
        message = (
            f"`{neighbours.undumped}` has the migration before this one and lacks this one: `mix ecto.dump` adds it."
        )
        yield rule.finding(context.migration.heading, context, message)
