"""An enum type of PostgreSQL's own can only grow.

A value can be added and renamed, never dropped or moved without rewriting every table that has the type. A `:string`
with `Ecto.Enum` in the schema, and a check if the database is to know as well, changes like any other column. Many
projects prefer the type all the same: this rule is silent unless a repository asks for it.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateMood do
      use Ecto.Migration

      def change do
        execute "CREATE TYPE mood AS ENUM ('good', 'bad')", "DROP TYPE mood"
      end
    end
    ```

## Safe when
The values are text, and a check knows them.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateDays do
      use Ecto.Migration

      def change do
        create table(:days) do
          add :mood, :string
        end

        create constraint(:days, :known_mood, check: "mood IN ('good', 'bad')")
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/datatype-enum.html
- https://hexdocs.pm/ecto/Ecto.Enum.html
"""

from collections.abc import Iterator

from rules.ecto.commands import Execute
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.sql.effects import EnumCreated

rule = Rule(__name__, Severity.ADVICE, on_request=True)


@rule.on(Execute)
def check(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find enum types of PostgreSQL's own."""
    for effect in execute.effects if context.on_postgres else ():
        if isinstance(effect, EnumCreated):
            yield rule.finding(execute.span, context, f"No value of `{effect.type}` can ever be taken out again.")
