"""A comment that is meant for ecto-fix and says too little allows nothing.

An allowance names the rules that it allows and gives a reason behind a dash; a misspelt name or a missing reason
leaves the finding where it is. One that allows what nobody finds there is left over from something that has gone.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def change do
        # ecto-fix: allow index-without-concurrentli — the table is small
        create table(:brands) do
          add :name, :string
        end
      end
    end
    ```

## Safe when
The rule is one of ours, and a reason is given.

    ```elixir
    defmodule Shop.Repo.Migrations.IndexBrands do
      use Ecto.Migration

      def change do
        # ecto-fix: allow index-without-concurrently — the table is small
        create index(:brands, [:name])
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html
"""

from collections.abc import Iterator

from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.suppression import Mistake

rule = Rule(__name__, Severity.ADVICE)


@rule.on(Mistake)
def check(mistake: Mistake, context: Context) -> Iterator[Finding]:
    """Say what keeps a directive from counting."""
    yield rule.finding(mistake.comment, context, f"This comment allows nothing: {mistake.message}.")
