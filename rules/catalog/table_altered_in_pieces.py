"""A table that is altered several times in a row is locked, and maybe read, several times.

PostgreSQL does all actions of one `ALTER TABLE` in one pass: what has to be checked or rewritten is checked or
rewritten once. The rule is off until `ecto-fix.yml` says `table-altered-in-pieces: on`.

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

        alter table(:products) do
          add :colour, :string
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.AddStock do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :stock, :integer
          add :colour, :string
        end
      end
    end
    ```

## Safe when
Something else comes between, or the table is born in the same pull request.

    ```elixir
    defmodule Shop.Repo.Migrations.AddStock do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :stock, :integer
          add :colour, :string
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html
"""

from collections.abc import Iterator
from itertools import pairwise

from rules.ecto.commands import AlterTable
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.place import indent_at
from rules.rule import Context, Rule
from rules.schema.model import key
from rules.source import SourceFile, Span

rule = Rule(__name__, Severity.ADVICE, on_request=True)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find neighbouring blocks that alter the same table."""
    for (first, schema), (second, _) in pairwise(context.before):
        if not isinstance(first, AlterTable) or not isinstance(second, AlterTable):
            continue
        same = key(first.table.name) == key(second.table.name) and first.span != second.span
        if same and context.at(first, schema).is_busy(first.table.name):
            message = f"`{second.table.name}` is locked once more for this; one `alter` would do."
            rewrite = context.offer(join, migration.source, first, second)
            yield rule.finding(second.span, context, message, rewrite)


def join(source: SourceFile, first: AlterTable, second: AlterTable) -> Rewrite:
    """Make one block of two."""
    last, head = source.line_at(first.span.end), source.line_at(second.span.start)
    between = "".join(source.line_text(line) for line in range(last + 1, head))
    opened = source.line_text(head).rstrip().endswith(" do") and source.line_text(last).strip() == "end"
    same_column = indent_at(source, first.span.start) == indent_at(source, second.span.start)
    plain = first.table.options == second.table.options and not (first.place.shared or second.place.shared)
    if between.strip() or not (opened and same_column and plain):
        raise CannotWriteError("the blocks do not stand one below the other")
    span = Span(source.line_start(last), source.line_start(head + 1))
    return Rewrite("Alter the table once", Safety.SAFE, (Edit(span, ""),))
