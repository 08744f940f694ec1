"""Dropping a foreign key, its column or its table stops the table at the other end, too.

A foreign key hangs on both tables, and PostgreSQL takes an `ACCESS EXCLUSIVE` lock on both to take it away. The lock is
short, but it has to wait for every query that is running on a table of which the migration says nothing, and all later
queries wait behind it. With a `lock_timeout` it gives up instead. The rule is off until `ecto-fix.yml` says
`other-table-stopped-by-drop: on`.

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
    defmodule Shop.Repo.Migrations.DropProducts do
      use Ecto.Migration

      def up do
        drop table(:products)
      end

      def down do
        create table(:products) do
          add :title, :string
          add :brand_id, references(:brands)
        end
      end
    end
    ```

## Safe when
A timeout limits how long others wait, or the other table goes as well.

    ```elixir
    defmodule Shop.Repo.Migrations.DropProducts do
      use Ecto.Migration

      def after_begin do
        repo().query!("SET LOCAL lock_timeout TO '5s'")
      end

      def up do
        drop table(:products)
      end

      def down do
        create table(:products) do
          add :title, :string
          add :brand_id, references(:brands)
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-droptable.html
- https://www.postgresql.org/docs/current/explicit-locking.html
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, Command, DropConstraint, DropTable, Execute
from rules.finding import Finding, Severity
from rules.postgres.locks import Lock
from rules.rule import Context, Rule
from rules.schema.model import key
from rules.sql.effects import ColumnDropped, ConstraintDropped, Kind, ObjectDropped
from rules.sql.names import Name

rule = Rule(__name__, Severity.RISK, on_request=True, locks=True)


@rule.on(AlterTable, DropConstraint, DropTable, Execute)
def check(command: AlterTable | DropConstraint | DropTable | Execute, context: Context) -> Iterator[Finding]:
    """Find drops that stop a table which they do not name."""
    named = {key(table) for table in dropped_from(command, context)}
    hooked = context.migration.callback("after_begin") is not None
    felt = context.effects(command) if named and not hooked else ()
    others = [one.on for one in felt if one.lock is Lock.ACCESS_EXCLUSIVE and one.on not in named]
    for other in [one for one in others if not is_stopped_anyway(one, command, context)][:1]:
        message = f"This stops `{other}`, too, for the foreign key that goes."
        yield rule.finding(command.span, context, message)


def dropped_from(command: Command, context: Context) -> Iterator[Name]:
    """Yield the tables that a command names and takes something away from."""
    for said in context.said(command):
        match said:
            case ColumnDropped(table=table) | ConstraintDropped(table=table):
                yield table
            case ObjectDropped(kind=Kind.TABLE, name=table):
                yield table
            case _:
                pass


def is_stopped_anyway(table: Name, command: Command, context: Context) -> bool:
    """Tell whether another command of the migration stops the table on purpose."""
    others = (felt for other, felt in context.felt if other is not command and other.span != command.span)
    return any(one.on == table and one.lock is Lock.ACCESS_EXCLUSIVE for felt in others for one in felt)
