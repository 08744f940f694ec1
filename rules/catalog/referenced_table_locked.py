"""A new table that refers to busy ones keeps their writers waiting until the migration is done.

Each foreign key takes a `SHARE ROW EXCLUSIVE` lock on the table that it refers to, and several of them in one
transaction collect locks on several tables, which may end in a deadlock with an application that takes them in another
order. The lock is short if nothing else happens in the transaction. For tables that are never idle, add the foreign
keys one migration at a time, unvalidated, with a `lock_timeout`. The rule is off until `ecto-fix.yml` says
`referenced-table-locked: on`.

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
    defmodule Shop.Repo.Migrations.CreateReviews do
      use Ecto.Migration

      def change do
        create table(:reviews) do
          add :product_id, references(:products)
          add :brand_id, references(:brands)
        end
      end
    end
    ```

## Safe when
The tables that are referred to are born in the same pull request.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateShops do
      use Ecto.Migration

      def change do
        create table(:shops) do
          add :name, :string
        end

        create table(:shelves) do
          add :shop_id, references(:shops)
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-createtable.html
- https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-DEADLOCKS
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, CreateTable, Execute
from rules.finding import Finding, Severity
from rules.postgres.locks import Lock
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.ADVICE, on_request=True, locks=True)


@rule.on(AlterTable, CreateTable, Execute)
def check(command: AlterTable | CreateTable | Execute, context: Context) -> Iterator[Finding]:
    """Find foreign keys that keep writers of the referenced tables waiting."""
    locked = [felt.on for felt in context.effects(command) if felt.lock is Lock.SHARE_ROW_EXCLUSIVE]
    if locked and isinstance(command, CreateTable | AlterTable):
        shown = " and ".join(f"`{name}`" for name in locked[:3])
        message = f"Nobody can write to {shown} until this transaction ends."
        yield rule.finding(command.span, context, message)
