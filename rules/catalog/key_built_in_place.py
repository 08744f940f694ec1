"""A unique constraint or primary key that builds its own index stops its table until the index is done.

PostgreSQL takes an `ACCESS EXCLUSIVE` lock, so that not even readers get through, reads the whole table and builds the
index. A unique index can be built concurrently before, and the constraint then takes it over in an instant.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :code, :string
        end

        create unique_index(:products, [:code])
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.KeepCodesApart do
      use Ecto.Migration

      def change do
        execute "ALTER TABLE products ADD CONSTRAINT one_code UNIQUE (code)",
                "ALTER TABLE products DROP CONSTRAINT one_code"
      end
    end
    ```

## Safe when
The constraint takes over a unique index that was built concurrently by a migration before, or the table is born in the
same pull request.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateReviews do
      use Ecto.Migration

      def change do
        create table(:reviews) do
          add :code, :string
        end

        execute "ALTER TABLE reviews ADD CONSTRAINT one_review UNIQUE (code)",
                "ALTER TABLE reviews DROP CONSTRAINT one_review"
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import AlterTable, Execute, RepoCall
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.sql.effects import ConstraintAdded

rule = Rule(__name__, Severity.OUTAGE, locks=True)
KEYS: Final = frozenset({"PRIMARY KEY", "UNIQUE"})


@rule.on(AlterTable, Execute, RepoCall)
def check(command: AlterTable | Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find keys that build their index while their table is stopped."""
    for said in context.said(command):
        if not isinstance(said, ConstraintAdded) or said.constraint.kind not in KEYS:
            continue
        if said.constraint.using_index is None and context.is_busy(said.table):
            what = said.constraint.name or said.constraint.kind.lower()
            message = f"Nobody can read or write `{said.table}` while the index of `{what}` is built."
            yield rule.finding(command.span, context, message)
