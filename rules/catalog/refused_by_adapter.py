"""The adapter of the repo's database refuses the command, before anything is sent.

Ecto's migrations look the same for all databases, and each adapter raises for what its database cannot do: MyXQL for
an index with a condition or `if not exists`, SQLite for a changed column or a constraint of a table that is there. The
adapter is the one that the repo's module names.

## Given
    ```elixir
    # lib/shop/repo.ex
    defmodule Shop.Repo do
      use Ecto.Repo, otp_app: :shop, adapter: Ecto.Adapters.MyXQL
    end
    ```

    ```elixir
    # priv/repo/migrations/20240101000001_create_products.exs
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.IndexTitles do
      use Ecto.Migration

      def change do
        create_if_not_exists index(:products, [:title])
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.IndexTitles do
      use Ecto.Migration

      def change do
        create index(:products, [:title])
      end
    end
    ```

## Safe when
The database has it.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateLabels do
      use Ecto.Migration

      def change do
        create_if_not_exists table(:labels) do
          add :name, :string
        end

        create unique_index(:labels, [:name])
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Adapters.MyXQL.html
- https://hexdocs.pm/ecto_sqlite3/Ecto.Adapters.SQLite3.html#module-limitations-and-caveats
"""

from collections.abc import Iterator, Mapping
from typing import Final

from rules.ecto.commands import (
    AddColumn,
    AlterTable,
    ColumnChange,
    Command,
    CreateConstraint,
    CreateIndex,
    DropConstraint,
    DropIndex,
    ModifyColumn,
    RemoveColumn,
)
from rules.ecto.types import Reference
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.OUTAGE, raises=True)

Part = Command | ColumnChange


@rule.on(AlterTable, CreateConstraint, CreateIndex, DropConstraint, DropIndex)
def check(command: Command, context: Context) -> Iterator[Finding]:
    """Find what the repo's adapter raises for."""
    if context.repo.adapter not in ADAPTERS:
        return
    name, refused = ADAPTERS[context.repo.adapter]
    for part in (command, *(command.changes if isinstance(command, AlterTable) else ())):
        for what in [what for what, is_said in refused(part).items() if is_said][:1]:
            message = f"{name} raises here: it knows no {what}."
            yield rule.finding(part.span, context, message, context.offer(say_plainly, part, context))


def _by_myxql(part: Part) -> Mapping[str, bool]:
    """Say what MyXQL refuses, and whether *part* asks for it; as its `execute_ddl/1` does."""
    match part:
        case CreateIndex(index=index):
            return {
                "IF NOT EXISTS for an index": part.if_not_exists,
                "condition of an index": index.where is not None,
                "index that takes NULLs for equal": index.nulls_distinct is False,
            }
        case DropIndex():
            return {"IF EXISTS for an index": part.if_exists, "CASCADE for an index": part.cascade}
        case DropConstraint():
            return {"IF EXISTS for a constraint": part.if_exists, "CASCADE for a constraint": part.cascade}
        case CreateConstraint(constraint=constraint):
            return {"exclusion constraint": constraint.exclude is not None}
        case AddColumn(type=Reference() as reference) | ModifyColumn(type=Reference() as reference):
            return {"foreign key that is not validated": not reference.validate}
        case _:
            return {}


def _by_sqlite(part: Part) -> Mapping[str, bool]:
    """Say what ecto_sqlite3 refuses, and whether *part* asks for it; as its `execute_ddl/1` does."""
    match part:
        case ModifyColumn():
            return {"way to change a column": True}
        case CreateConstraint() | DropConstraint():
            return {"constraint on a table that is there": True}
        case AddColumn():
            return {"IF NOT EXISTS for a column": part.if_not_exists}
        case RemoveColumn():
            return {"IF EXISTS for a column": part.if_exists}
        case CreateIndex(index=index):
            return {
                "concurrent build": index.concurrently,
                "ONLY": index.only,
                "included columns": bool(index.include),
                "index method": index.using is not None,
                "NULLs that are equal or not": index.nulls_distinct is not None,
            }
        case _:
            return {}


ADAPTERS: Final = {"Ecto.Adapters.MyXQL": ("MyXQL", _by_myxql), "Ecto.Adapters.SQLite3": ("ecto_sqlite3", _by_sqlite)}


def say_plainly(part: Part, context: Context) -> Rewrite:
    """Write the command without asking whether the thing is there."""
    match part:
        case CreateIndex(if_not_exists=True, place=place) | AddColumn(if_not_exists=True, place=place):
            suffix = "_if_not_exists"
        case DropIndex(if_exists=True, place=place) | DropConstraint(if_exists=True, place=place):
            suffix = "_if_exists"
        case _:
            raise CannotWriteError("what does the same here is not plain")
    name = context.migration.source[place.name]
    if place.shared or not name.endswith(suffix):
        raise CannotWriteError("the command stands elsewhere")
    plain = name.removesuffix(suffix)
    return Rewrite(f"Write `{plain}`", Safety.REVIEW, (Edit(place.name, plain),))
