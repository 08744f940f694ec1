"""An index over many columns seldom helps, and always costs.

It serves the queries that compare its first columns, one after the other; the rest is written with each row and read
by few. Measure before you keep it. This rule is silent unless a repository asks for it.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :a, :integer
          add :b, :integer
          add :c, :integer
          add :d, :integer
        end

        create index(:quinces, [:a, :b, :c, :d])
      end
    end
    ```

## Safe when
It is narrow, or keeps rows unique.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :a, :integer
          add :b, :integer
        end

        create index(:quinces, [:a, :b])
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/indexes-multicolumn.html
"""

from collections.abc import Iterator

from rules.ecto.commands import CreateIndex
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.sql.names import stored

rule = Rule(__name__, Severity.ADVICE, on_request=True)
MOST = 3  # columns; PostgreSQL's manual calls more than three unlikely to be helpful


@rule.on(CreateIndex)
def check(command: CreateIndex, context: Context) -> Iterator[Finding]:
    """Find indexes over many columns that keep nothing unique."""
    index = command.index
    if not index.unique and len(index.columns) > MOST and context.on_postgres:
        message = (
            f"`{stored(index.name)}` serves only queries that name its first columns, and every write keeps all of it."
        )
        yield rule.finding(command.span, context, message)
