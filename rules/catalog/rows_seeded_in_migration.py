"""Rows are put into a table by a migration.

Databases that are made from a dump of the schema never run it, tests find rows that they have not made, and where the
row is there already the migration fails. `priv/repo/seeds.exs` is for such rows. Rows that the code cannot do without
are a different matter, and many projects put them here: this rule is silent unless a repository asks for it.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :stock, :integer
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AddTea do
      use Ecto.Migration

      def up do
        execute "INSERT INTO products (title) VALUES ('tea')"
      end

      def down do
        :ok
      end
    end
    ```

## Safe when
The table is born in the same pull request, with the rows that belong to it.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateUnits do
      use Ecto.Migration

      def up do
        create table(:units) do
          add :name, :text
        end

        execute "INSERT INTO units (name) VALUES ('kg')"
      end

      def down do
        drop table(:units)
      end
    end
    ```

## Sources
- https://hexdocs.pm/phoenix/ecto.html
- https://hexdocs.pm/ecto_sql/Mix.Tasks.Ecto.Load.html
"""

from collections.abc import Iterator

from rules.ecto.commands import Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.written import writings

rule = Rule(__name__, Severity.ADVICE, on_request=True)


@rule.on(Execute, RepoCall)
def check(command: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find rows that are put into tables which were there before."""
    for one in writings(command):
        if one.rows.how in {"insert", "copy"} and context.is_live(one.table):
            yield rule.finding(
                one.span, context, f"Whoever loads the schema from a dump does not get this row of `{one.table}`."
            )
