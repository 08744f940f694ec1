"""A partition that is created in place, attached unproven or detached at once stops its table.

`CREATE TABLE ... PARTITION OF` and `DETACH PARTITION` take an `ACCESS EXCLUSIVE` lock on the whole partitioned table.
`ATTACH PARTITION` takes a weaker one since PostgreSQL 12, so a new partition is better created as a table and attached;
if the table has rows it is read under an `ACCESS EXCLUSIVE` lock of its own, unless a validated check says that all of
them belong. `DETACH PARTITION ... CONCURRENTLY`, since PostgreSQL 14, stops nobody; it leaves a check on the partition,
which a rollback has to drop.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateSales do
      use Ecto.Migration

      def change do
        execute "CREATE TABLE sales (id bigint NOT NULL) PARTITION BY RANGE (id)", "DROP TABLE sales"
        execute "CREATE TABLE old_sales (id bigint NOT NULL)", "DROP TABLE old_sales"
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AddSales do
      use Ecto.Migration

      def change do
        execute "CREATE TABLE sales_1 PARTITION OF sales FOR VALUES FROM (1) TO (1000)", "DROP TABLE sales_1"
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.AddSales do
      use Ecto.Migration

      def change do
        execute "CREATE TABLE sales_1 (LIKE sales INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
                "DROP TABLE sales_1"

        execute "ALTER TABLE sales ATTACH PARTITION sales_1 FOR VALUES FROM (1) TO (1000)",
                "ALTER TABLE sales DETACH PARTITION sales_1"
      end
    end
    ```

## Safe when
The partition is created as a table of its own, and attached.

    ```elixir
    defmodule Shop.Repo.Migrations.AddSales do
      use Ecto.Migration

      def change do
        execute "CREATE TABLE sales_1 (id bigint NOT NULL)", "DROP TABLE sales_1"

        execute "ALTER TABLE sales ATTACH PARTITION sales_1 FOR VALUES FROM (1) TO (1000)",
                "ALTER TABLE sales DETACH PARTITION sales_1"
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION
"""

from collections.abc import Iterator

from rules.ecto.commands import Execute, RepoCall
from rules.finding import Effect, Finding, Severity
from rules.postgres.locks import Lock
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.partition import attached
from rules.rule import Context, Rule
from rules.schema.model import key
from rules.sql import effects as sql

rule = Rule(__name__, Severity.OUTAGE, locks=True)


@rule.on(Execute, RepoCall)
def check(execute: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find partitions for which a whole table is stopped, or read while nobody may use it."""
    for said in context.said(execute):
        for felt in context.effects(execute) if is_about_partition(said) else ():
            message = hazard(said, felt)
            if message is not None:
                rewrite = context.offer(create_apart, said, execute, context)
                finding = rule.finding(execute.span, context, message, rewrite)
                yield finding if felt.reads_table else rule.milder(finding, context, Severity.RISK)
                return


def create_apart(said: sql.Effect, execute: Execute | RepoCall, context: Context) -> Rewrite:
    """Attach a table that was created apart."""
    if not isinstance(execute, Execute) or not isinstance(said, sql.TableCreated):
        raise CannotWriteError("no partition is created")
    return Rewrite("Create the table apart, and attach it", Safety.REVIEW, attached(context.migration, execute))


def is_about_partition(said: sql.Effect) -> bool:
    """Tell whether a statement makes, attaches or detaches a partition."""
    if isinstance(said, sql.TableCreated):
        return said.partition_of is not None
    return isinstance(said, sql.TableAltered) and said.action in {"AttachPartition", "DetachPartition"}


def hazard(said: sql.Effect, felt: Effect) -> str | None:
    """Say what happens to a table, if it is worth saying."""
    parent = said.partition_of if isinstance(said, sql.TableCreated) else getattr(said, "table", None)
    if felt.lock is Lock.ACCESS_EXCLUSIVE and parent is not None and felt.on == key(parent):
        return f"This waits for every query on `{felt.on}` and its partitions, and all later ones wait for it."
    if felt.reads_table and felt.lock is Lock.ACCESS_EXCLUSIVE:
        return f"Nobody can read or write `{felt.on}` while every row is looked at whether it belongs."
    return None
