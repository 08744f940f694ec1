"""A `down` that raises without saying why leaves whoever rolls back at night to guess.

A migration may have no way back, and may say so: with `# ecto-fix: one-way — the reason` above `def up`, or with
`raise Ecto.MigrationError, message: "the reason"` in `down`. Both count as declared, and the rules about rollbacks are
silent then. Without a reason, nobody knows whether going back is dangerous, useless or merely not written yet.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.ForgetAddresses do
      use Ecto.Migration

      def up do
        execute "UPDATE customers SET address = NULL WHERE id = 1"
      end

      def down do
        raise Ecto.MigrationError
      end
    end
    ```

## Safe when
The message is the reason.

    ```elixir
    defmodule Shop.Repo.Migrations.ForgetPhones do
      use Ecto.Migration

      def up do
        execute "UPDATE customers SET phone = NULL WHERE id = 1"
      end

      def down do
        raise Ecto.MigrationError, message: "the law wants the numbers gone"
      end
    end
    ```

Or a comment says it, and the rollback does what it can.

    ```elixir
    defmodule Shop.Repo.Migrations.ForgetBirthdays do
      use Ecto.Migration

      # ecto-fix: one-way — the law wants the birthdays gone
      def up do
        execute "UPDATE customers SET born_on = NULL WHERE id = 1"
      end

      def down do
        :ok
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.MigrationError.html
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-up-down-and-change
"""

from collections.abc import Iterator

from rules.ecto.migration import MIGRATION_ERROR, Migration
from rules.finding import Finding, Severity
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.ADVICE, about_rollback=True)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find rollbacks that are refused on purpose, and no reason given."""
    failure = migration.down.failure
    if failure is None or failure.span is None or not failure.deliberate:
        return
    if failure.kind == MIGRATION_ERROR and not failure.message:
        yield rule.finding(failure.span, context, "A rollback raises on purpose here, and nothing says why.")
