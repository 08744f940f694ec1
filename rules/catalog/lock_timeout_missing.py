"""A change of a table waits for its lock as long as it takes, and everybody else waits behind it.

One long query is enough: the migration waits for it, and whoever comes later waits for the migration. With a
`lock_timeout` it gives up after a few seconds, the queue dissolves, and the migration runs another time. It speaks
of the `hot_tables` that `ecto-fix.yml` names, and of all once that says `lock-timeout-missing: on`: the role or the
repo may set the timeout, too.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:brands) do
          add :name, :string
        end

        create table(:products) do
          add :title, :string
          add :brand_id, references(:brands)
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AddStock do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :stock, :integer
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.AddStock do
      use Ecto.Migration

      def after_begin do
        repo().query!("SET LOCAL lock_timeout TO '5s'")
      end

      def change do
        alter table(:products) do
          add :stock, :integer
        end
      end
    end
    ```

## Safe when
A hook of the migration or a statement before sets the timeout, or nobody uses the table yet.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateReviews do
      use Ecto.Migration

      def change do
        create table(:reviews) do
          add :stars, :integer
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-transaction-callbacks
"""

from collections.abc import Iterator

from rules.ecto.commands import Command
from rules.ecto.migration import Migration
from rules.finding import Effect, Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.place import indent_at
from rules.rule import Context, Rule
from rules.settings import Settings
from rules.source import Span
from rules.sql.effects import SettingChanged
from rules.sql.names import Name

rule = Rule(__name__, Severity.ADVICE)
HOOK = ("def after_begin do", "  repo().query!(\"SET LOCAL lock_timeout TO '5s'\")", "end")


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find the first change that may wait for a table with others behind it."""
    hooked = migration.callback("after_begin") is not None
    for command, effect in () if hooked or not migration.in_transaction else stopping(context):
        message = f"While this waits for `{effect.on}`, everybody who comes later waits, too, without an end."
        yield rule.finding(command.span, context, message, context.offer(limit, migration))
        return


def stopping(context: Context) -> Iterator[tuple[Command, Effect]]:
    """Yield the commands that stop a table, until a setting limits their waiting."""
    for command, felt in context.felt:
        if any(isinstance(said, SettingChanged) and said.name == "lock_timeout" for said in context.said(command)):
            return
        stopped = (effect for effect in felt if effect.lock.blocks_writes)
        yield from ((command, effect) for effect in stopped if is_wanted(effect.on, context.settings))


def is_wanted(table: Name, settings: Settings) -> bool:
    """Tell whether the project wants to hear of *table*: it asks for this rule, or says that the table is hot."""
    return settings.asks_for(rule.name) or bool({str(table), table.name} & settings.hot_tables)


def limit(migration: Migration) -> Rewrite:
    """Set the timeout when the transaction begins."""
    first = min((one.span.start for one in migration.callbacks), default=None)
    if first is None:
        raise CannotWriteError("the migration has no callback of its own")
    margin = " " * indent_at(migration.source, first)
    written = f"\n{margin}".join(HOOK) + f"\n\n{margin}"
    return Rewrite("Give up waiting after a few seconds", Safety.SAFE, (Edit(Span(first, first), written),))
