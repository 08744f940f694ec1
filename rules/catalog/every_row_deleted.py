"""Every row of a table is deleted.

A condition may be missing, or always true. If it is meant, the rows are gone for good as soon as the migration is
done: a rollback restores the schema, not what was in it. Copy the rows to another table first, if anybody may ask for
them, and delete in batches where there are many.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :stock, :integer
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.ForgetProducts do
      use Ecto.Migration

      def up do
        execute "DELETE FROM products"
      end

      def down do
        :ok
      end
    end
    ```

## Safe when
A condition picks rows by a key, or the table goes as a whole.

    ```elixir
    defmodule Shop.Repo.Migrations.ForgetOne do
      use Ecto.Migration

      def up do
        execute "DELETE FROM products WHERE id = 1"
      end

      def down do
        :ok
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-delete.html
- https://www.postgresql.org/docs/current/sql-truncate.html
"""

from collections.abc import Iterator

from rules.ecto.commands import Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.model import key
from rules.schema.written import writings

rule = Rule(__name__, Severity.RISK)


@rule.on(Execute, RepoCall)
def check(command: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find DELETE without a condition, and TRUNCATE, of tables that stay."""
    for one in writings(command):
        is_all = one.rows.how == "truncate" or (one.rows.how == "delete" and not one.rows.filtered)
        stays = key(one.table) in context.end.tables and key(one.table) in context.schema.tables
        if is_all and one.is_known and one.certain and stays and context.is_live(one.table):
            message = f"Every row of `{one.table}` is lost, and no rollback brings one back."
            yield rule.finding(one.span, context, message)
