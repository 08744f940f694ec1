"""A column is dropped while code that reads it still runs.

Ecto names every field of a schema in its queries. While a migration runs, and until the last old node is gone, the
code of the base branch runs: from the moment when the column is gone, each of its queries on that table fails. That
the same change takes the field out of the schema comes too late. It takes two releases: the first takes the field out
of the schema (or gives it `load_in_query: false`), and lets a required column be NULL, since new code no longer writes
it; the second drops the column, when no node of the time before the first is left.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :weight, :integer
        end

        create table(:fads)
      end
    end
    ```

    ```elixir
    # lib/shop/product.ex
    defmodule Shop.Product do
      use Ecto.Schema

      schema "products" do
        field :title, :string
      end
    end
    ```

    ```elixir
    # lib/shop/product.ex
    defmodule Shop.Product do
      use Ecto.Schema

      schema "products" do
        field :name, :string, virtual: true
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.LabelProducts do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :label, :text
          remove :title, :string
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.LabelProducts do
      use Ecto.Migration

      def change do
        alter table(:products) do
          add :label, :text
        end
      end
    end
    ```

## Safe when
No schema of the base branch has the field any more, and no query names the column.

    ```elixir
    defmodule Shop.Repo.Migrations.DropWeights do
      use Ecto.Migration

      def change do
        alter table(:products) do
          remove :weight, :integer
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto/Ecto.Schema.html#field/3
- https://github.com/fly-apps/safe-ecto-migrations
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, Execute, RepoCall
from rules.finding import Finding, Severity, listed
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.later import kept
from rules.rule import Context, Rule
from rules.schema.gone import Gone
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE)


@rule.on(AlterTable, Execute, RepoCall)
def check(command: AlterTable | Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find columns that the running code reads, and the code of the change no longer does."""
    read = [found for found in context.stranded(command) if found[0].column is not None and found[0].to is None]
    if read:
        (first, use), shown = read[0], listed([f"{one.table}.{one.column}" for one, _ in read])
        message = f"{use} runs meanwhile and reads {shown} ({use.place}): its queries fail from here on."
        rewrite = context.offer(drop_later, command, [one for one, _ in read], context)
        yield rule.finding(first.span, context, message, rewrite)


def drop_later(command: AlterTable | Execute | RepoCall, read: list[Gone], context: Context) -> Rewrite:
    """Leave the columns to a later release, and let this one's code insert rows without them."""
    if not isinstance(command, AlterTable):
        raise CannotWriteError("SQL drops the columns")
    table = context.schema.table(command.table.name)
    columns = {stored(one.column) for one in read if one.column is not None}
    edits = kept(context.migration, command, table, columns)
    return Rewrite("Only stop using it in this release, and drop it in a later one", Safety.REVIEW, edits)
