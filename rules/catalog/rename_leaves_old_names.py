"""A table or a column is renamed, and what Ecto has named after it keeps the old name.

Ecto makes up the names of indexes and foreign keys from table and columns, and so does everything that looks for them
later: `drop index(:goods, [:title])` finds no `goods_title_index`, and `unique_constraint(:title)` does not know the
`products_title_index` that it meets. Rename them along, or give their names wherever they are meant.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
        end

        create index(:products, [:title])
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.RenameProducts do
      use Ecto.Migration

      def change do
        rename table(:products), to: table(:goods)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.RenameProducts do
      use Ecto.Migration

      def change do
        rename table(:products), to: table(:goods)

        execute "ALTER INDEX products_title_index RENAME TO goods_title_index",
                "ALTER INDEX goods_title_index RENAME TO products_title_index"
      end
    end
    ```

## Safe when
Names were given, not made up, or follow.

    ```elixir
    defmodule Shop.Repo.Migrations.RenameIds do
      use Ecto.Migration

      def change do
        rename table(:products), :id, to: :key
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#index/3
- https://www.postgresql.org/docs/current/sql-alterindex.html
"""

from collections.abc import Iterator

from rules.ecto.commands import RenameColumn, RenameTable
from rules.elixir.printer import habit_of, lines
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.renames import Pair, Renaming, followed, indexes_left, keys_left
from rules.rule import Context, Rule
from rules.schema.expected import unmet
from rules.schema.model import key
from rules.source import Span

rule = Rule(__name__, Severity.ADVICE)


@rule.on(RenameTable, RenameColumn)
def check(command: Renaming, context: Context) -> Iterator[Finding]:
    """Find indexes and foreign keys that keep the names which Ecto made up of the old ones."""
    to = command.to.name if isinstance(command, RenameTable) else command.table.name
    end = context.end.tables.get(key(to))
    if end is None or not context.on_postgres or any(one.instead for one in unmet(end, context.background.coming)):
        return  # a changeset that stumbles over it is said to
    table = context.schema.table(command.table.name)
    indexes = [pair for pair in indexes_left(command, table) if pair[0] in end.indexes]
    keys = [pair for pair in keys_left(command, table) if pair[0] in end.constraints]
    for old, new in [*indexes, *keys][:1]:
        message = f"`{old}` keeps its name, while Ecto will look for `{new}`."
        rewrite = context.offer(follow, command, indexes, keys, context)
        yield rule.finding(command.span, context, message, rewrite)


def follow(command: Renaming, indexes: list[Pair], keys: list[Pair], context: Context) -> Rewrite:
    """Rename them, too, in both directions."""
    if not context.is_reversed or command.place.shared:
        raise CannotWriteError("the way down is written, or the command stands in a loop")
    to = command.to.name if isinstance(command, RenameTable) else command.table.name
    source, statements = context.migration.source, followed(to, indexes, keys)
    written = "\n".join(lines(statements, source.column_at(command.span.start) - 1, habit_of(source)))
    edit = Edit(Span(command.span.end, command.span.end), f"\n\n{written}")
    return Rewrite("Let what has a made-up name follow", Safety.SAFE, (edit,))
