"""A unique index over rows that are there fails if two of them agree.

Nothing has kept the values apart so far, whatever the code meant to do: two requests at the same time may both have
looked first, and found nothing. On the first pair the build fails, and with it the deployment. Count before you merge,
for example with `SELECT title, count(*) FROM products GROUP BY title HAVING count(*) > 1`, and decide what becomes of
the doubles; and give the changeset its `unique_constraint`, lest the running code meets an exception.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :stock, :integer, null: false, default: 0
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.MakeTitlesUnique do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create unique_index(:products, [:title], concurrently: true)
      end
    end
    ```

## Safe when
The values are kept apart already, the column is new, or the migration tidies the rows first.

    ```elixir
    defmodule Shop.Repo.Migrations.KeyTitles do
      use Ecto.Migration

      @disable_ddl_transaction true
      @disable_migration_lock true

      def change do
        create unique_index(:products, [:id, :title], concurrently: true)
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-createindex.html
- https://hexdocs.pm/ecto/Ecto.Changeset.html#unique_constraint/3
"""

from collections.abc import Iterator

from rules.ecto.commands import CreateIndex, Execute
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.schema.model import key
from rules.schema.uniqueness import keeps_apart
from rules.schema.written import writings
from rules.source import Span
from rules.sql.effects import ConstraintAdded, IndexCreated
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.RISK)


@rule.on(CreateIndex)
def check(command: CreateIndex, context: Context) -> Iterator[Finding]:
    """Find unique indexes over columns that rows have filled freely so far."""
    index = command.index
    names = tuple(column.name for column in index.columns)
    is_there = command.if_not_exists and stored(index.name) in context.schema.table(index.table).indexes
    if index.unique and not is_there and may_repeat(index.table, names, command.span, context):
        yield rule.finding(command.span, context, message(index.table, names, index.where))


@rule.on(Execute)
def check_sql(execute: Execute, context: Context) -> Iterator[Finding]:
    """Find the same in SQL, as an index or as a constraint."""
    for effect in execute.effects:
        if not isinstance(effect, IndexCreated | ConstraintAdded):
            continue
        names = columns_of(effect)
        if names and may_repeat(effect.table, names, execute.span, context):
            where = effect.where if isinstance(effect, IndexCreated) else None
            yield rule.finding(execute.span, context, message(effect.table, names, where))


def message(table: Name, names: tuple[str | None, ...], where: str | None) -> str:
    """Say what the build trips over."""
    shown = ", ".join(f"`{name}`" for name in names)
    among = " for which its condition holds" if where else ""
    return f"This fails if two rows of `{table}`{among} agree in {shown}."


def columns_of(effect: IndexCreated | ConstraintAdded) -> tuple[str | None, ...]:
    """Return the columns that become unique."""
    match effect:
        case IndexCreated(unique=True, columns=columns):
            return columns
        case ConstraintAdded(constraint=constraint) if constraint.kind == "UNIQUE" and not constraint.using_index:
            return constraint.columns
        case _:
            return ()


def may_repeat(name: Name, names: tuple[str | None, ...], at: Span, context: Context) -> bool:
    """Tell whether rows from before the change may agree in columns that nothing has kept apart so far."""
    merged = context.background.merged.tables.get(key(name)) or context.start.tables.get(key(name))
    if merged is None or not context.is_live(name) or None in names:
        return False
    columns = {stored(column) for column in names if column is not None}
    now = context.schema.table(name)
    are_old = columns <= set(merged.columns)
    return (
        are_old and not any(keeps_apart(table, columns) for table in (merged, now)) and not is_tidied(name, at, context)
    )


def is_tidied(name: Name, at: Span, context: Context) -> bool:
    """Tell whether the migration deletes or changes rows of the table first, as one does with doubles."""
    earlier = (command for command, _ in context.before if command.span.end <= at.start)
    return any(key(one.table) == key(name) for command in earlier for one in writings(command))
