"""What a part of a migration does could not be read, so nothing is said about it.

A helper of another module, a macro, or a value that is known only when the migration runs: what depends on it may be
anything, and the verdict on the rollback is `unknown`. The rule is off until `ecto-fix.yml` says `command-unread: on`;
the summary names the first such part in any case.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def change do
        create table(:brands) do
          add :name, :string
        end

        Ledger.Migrations.up(version: 3)
      end
    end
    ```

## Safe when
What is called can be read.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def change do
        create table(:brands) do
          add :name, :string
        end

        index_names(:brands)
      end

      defp index_names(table) do
        create index(table, [:name])
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html
"""

from collections.abc import Iterator

from rules.ecto.commands import CodeCall
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.ADVICE, on_request=True)
LONGEST = 80  # characters of a reason that fit into a sentence


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find what keeps the migration from being judged."""
    calls = (
        (one.span, f"`{one.function}` is code outside of it")
        for one in migration.up.commands
        if isinstance(one, CodeCall)
    )
    for span, reason in (*((one.span, one.reason) for one in migration.unread), *calls):
        shown = reason if len(reason) <= LONGEST else reason[: LONGEST - 1] + "…"
        yield rule.finding(span, context, f"What this does is not known: {shown}.")
