"""A migration begins or ends a transaction by itself.

Ecto runs a migration in a transaction. `COMMIT` or `ROLLBACK` in an `execute` ends that one: what came before is kept
or lost, what follows runs by itself, and a failure leaves half of the migration behind. Without Ecto's transaction
(`@disable_ddl_transaction true`) each `execute` may take another connection of the pool, and `BEGIN` on one of them
does nothing for the next.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :price, :integer
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AddState do
      use Ecto.Migration

      def up do
        execute "COMMIT"
        execute "ALTER TABLE products ADD state text"
      end

      def down do
        alter table(:products) do
          remove :state
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.AddState do
      use Ecto.Migration

      @disable_ddl_transaction true

      def up do
        execute "ALTER TABLE products ADD state text"
      end

      def down do
        alter table(:products) do
          remove :state
        end
      end
    end
    ```

## Safe when
Ecto is asked for no transaction.

    ```elixir
    defmodule Shop.Repo.Migrations.AnalyseTitles do
      use Ecto.Migration

      @disable_ddl_transaction true

      def up do
        execute "VACUUM products"
      end

      def down do
        :ok
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-transaction-callbacks
- https://www.postgresql.org/docs/current/sql-commit.html
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.place import outside_transaction, remove_statement
from rules.rule import Context, Rule
from rules.sql.effects import TransactionControlled

rule = Rule(__name__, Severity.RISK)

ENDS: Final = frozenset({"COMMIT", "ROLLBACK"})  # BEGIN in a transaction is a warning, SAVEPOINT does as it says
BEGINS: Final = frozenset({"BEGIN", "START"})


@rule.on(Execute, RepoCall)
def check(command: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find statements that end Ecto's transaction, or begin one where there is none."""
    if command.sql is None or not context.on_postgres or len(command.sql.statements) != 1:
        return
    for effect in command.sql.effects:
        if not isinstance(effect, TransactionControlled):
            continue
        if context.migration.in_transaction and effect.action in ENDS:
            message = f"`{effect.action}` ends the transaction that Ecto runs this migration in."
            yield rule.finding(command.span, context, message, context.offer(ask_for_none, context))
        if not context.migration.in_transaction and effect.action in BEGINS:
            message = "The next statement may run on another connection, outside of this transaction."
            yield rule.finding(command.span, context, message)


def ask_for_none(context: Context) -> Rewrite:
    """Ask Ecto for no transaction, and leave out what ends or begins one."""
    edits = list(outside_transaction(context.migration, lock=False))
    for command, _ in context.before:
        sql = command.sql if isinstance(command, Execute | RepoCall) else None
        effects = sql.effects if sql else ()
        if any(isinstance(effect, TransactionControlled) for effect in effects):
            if len(effects) > 1 or not isinstance(command, Execute) or command.place.shared:
                raise CannotWriteError("what to leave out is not plain")
            edits.append(remove_statement(context.migration.source, command.span))
    return Rewrite("Ask for no transaction", Safety.REVIEW, tuple(edits))
