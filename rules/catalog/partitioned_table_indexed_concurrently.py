"""PostgreSQL refuses to build or drop an index of a partitioned table concurrently.

A partitioned table has no rows of its own: its index stands for those of its partitions, and `CONCURRENTLY` cannot
work on all of them at once. Make the index of the partitioned table alone (`only: true`), which takes a moment and
leaves it invalid; build one concurrently on each partition, and attach them with `ALTER INDEX ... ATTACH PARTITION`:
with the last of them it becomes valid.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateSales do
      use Ecto.Migration

      def change do
        create table(:sales, primary_key: false, options: "PARTITION BY RANGE (id)") do
          add :id, :bigint, null: false
        end

        execute "CREATE TABLE sales_1 PARTITION OF sales FOR VALUES FROM (1) TO (1000)", "DROP TABLE sales_1"
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.IndexSales do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create index(:sales, [:id], concurrently: true)
      end
    end
    ```

## Safe when
The index is made of the partitioned table alone, or of one partition.

    ```elixir
    defmodule Shop.Repo.Migrations.PrepareIndexOfSales do
      use Ecto.Migration

      def change do
        create index(:sales, [:id], only: true)
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.IndexFirstSales do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create index(:sales_1, [:id], concurrently: true)
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
- https://www.postgresql.org/docs/current/sql-dropindex.html
"""

from collections.abc import Iterator

from rules.ecto.commands import CreateIndex, DropIndex, Execute
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.notes import Clash

rule = Rule(__name__, Severity.OUTAGE, raises=True)


@rule.on(CreateIndex, DropIndex, Execute)
def check(_: CreateIndex | DropIndex | Execute, context: Context) -> Iterator[Finding]:
    """Find concurrent work on an index that stands for those of partitions."""
    for part, note in context.clashes(Clash.PARTITIONED):
        yield rule.finding(part.span, context, f"PostgreSQL refuses this: {note.text}.")
