"""A rollback that names what is not there, or drops what is in use, is refused by PostgreSQL.

Going back, a command meets the schema that the migration has made. A `down` that drops a table before the foreign key
which refers to it, or an index by another name than `up` gave it, raises; so does a cast that only works one way, such
as from text back to integer, even on an empty table.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string, size: 80
        end

        create unique_index(:products, [:title], name: :one_title)
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def up do
        create table(:brands)

        alter table(:products) do
          add :brand_id, references(:brands, validate: false)
        end
      end

      def down do
        drop table(:brands)

        alter table(:products) do
          remove :brand_id
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CreateBrands do
      use Ecto.Migration

      def up do
        create table(:brands)

        alter table(:products) do
          add :brand_id, references(:brands, validate: false)
        end
      end

      def down do
        alter table(:products) do
          remove :brand_id
        end

        drop table(:brands)
      end
    end
    ```

## Safe when
`down` undoes the last command first.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateLabels do
      use Ecto.Migration

      def up do
        create table(:labels)

        alter table(:products) do
          add :label_id, references(:labels, validate: false)
        end
      end

      def down do
        alter table(:products) do
          remove :label_id
        end

        drop table(:labels)
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/ddl-depend.html
- https://www.postgresql.org/docs/current/sql-altertable.html
"""

from collections.abc import Iterator

from rules.ecto.commands import CreateIndex, CreateTable
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity, Verdict
from rules.rewrite.edit import Rewrite
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.RISK, about_rollback=True)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find rollbacks that Ecto runs and PostgreSQL refuses."""
    if context.proof.verdict is not Verdict.IRREVERSIBLE or migration.down.failure is not None:
        return
    left = tuple(context.every_leftover())
    for one in left:
        if one.raises and not (isinstance(one.part, CreateIndex | CreateTable) and one.part.if_not_exists):
            yield rule.finding(one.part.span, context, one.sentence, context.offer(restore, context))
    down = migration.callback("down") or migration.callback("change")
    if down is not None and not left and not context.is_mixed and not context.repeated:
        yield rule.finding(context.head(down), context, context.proof.reason, context.offer(restore, context))


def restore(context: Context) -> Rewrite:
    """Undo every command of the way up, last first."""
    return context.write_down("Undo what the migration does, last command first")
