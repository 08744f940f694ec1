"""What a migration does depends on where or when it runs.

The configuration, an environment variable or the clock decide what is made. Two databases at the same version may then
differ, a rollback may undo something other than what was done, and nobody can tell from the files what production
looks like. Make it explicit: the same commands everywhere.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateAudit do
      use Ecto.Migration

      def change do
        if Application.get_env(:shop, :audit) do
          create table(:audits)
        end
      end
    end
    ```

## Safe when
The data may depend on it, the schema does not.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateLog do
      use Ecto.Migration

      def change do
        create table(:log) do
          add :at, :utc_datetime, default: fragment("now()")
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html
- https://12factor.net/dev-prod-parity
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.ADVICE)

# As reading calls what only the running system knows.
DECIDES: Final = (
    "the application's configuration",
    "the environment",
    "the time at which it runs",
    "how the project was built",
)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find what cannot be read because the surroundings decide it."""
    for unread in migration.up.unread():
        for what in DECIDES:
            if unread.reason.endswith(what) and "Mix." not in migration.source.text:
                message = f"What is done here depends on {what}: databases of one version may differ."
                yield rule.finding(unread.span, context, message)
