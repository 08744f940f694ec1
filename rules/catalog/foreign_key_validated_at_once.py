"""A foreign key added in one step stops its table while every row is held against the other.

Until all rows are checked nobody writes to either table, and nobody even reads the one where a column is added with
it. A foreign key that is not validated yet holds for new rows at once and costs an instant; validating it later lets
readers and writers through.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateToys do
      use Ecto.Migration

      def change do
        create table(:boxes) do
          add :name, :string
        end

        create table(:toys) do
          add :title, :string
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AddBoxes do
      use Ecto.Migration

      def change do
        alter table(:toys) do
          add :box_id, references(:boxes)
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.AddBoxes do
      use Ecto.Migration

      def change do
        alter table(:toys) do
          add :box_id, references(:boxes, validate: false)
        end
      end
    end
    ```

    ```elixir
    defmodule Shop.Repo.Migrations.ValidateToysBoxIdFkey do
      use Ecto.Migration

      def up do
        execute "ALTER TABLE toys VALIDATE CONSTRAINT toys_box_id_fkey"
      end

      def down do
        drop constraint(:toys, :toys_box_id_fkey)

        execute "ALTER TABLE toys ADD CONSTRAINT toys_box_id_fkey FOREIGN KEY (box_id) REFERENCES boxes (id) NOT VALID"
      end
    end
    ```

## Safe when
The table is born in the same pull request: it has no rows to check.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateReviews do
      use Ecto.Migration

      def change do
        create table(:reviews) do
          add :toy_id, references(:toys, on_delete: :delete_all)
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#references/2
"""

from collections.abc import Iterator

from rules.ecto.commands import AddColumn, AlterTable, Command, Execute, ModifyColumn, RepoCall
from rules.ecto.types import Reference
from rules.finding import Finding, Severity, barred
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, literal
from rules.rewrite.place import add_option
from rules.rewrite.validate import made_by, said_not_valid, validated_later
from rules.rule import Context, Rule
from rules.schema.model import key
from rules.sql.effects import ConstraintAdded
from rules.sql.names import Name

rule = Rule(__name__, Severity.OUTAGE, locks=True)
TITLE = "Add the foreign key unchecked, validate it in the next migration"


@rule.on(AlterTable)
def check(alter: AlterTable, context: Context) -> Iterator[Finding]:
    """Find foreign keys that are checked while their table is locked."""
    name = alter.table.name
    for change in alter.changes if context.is_busy(name) else ():
        if isinstance(change, AddColumn | ModifyColumn) and isinstance(change.type, Reference) and change.type.validate:
            rewrite = context.offer(validate_later, alter, change.type, context)
            yield rule.finding(change.span, context, message(name, change.type.target, alter, context), rewrite)


@rule.on(Execute, RepoCall)
def check_sql(execute: Execute | RepoCall, context: Context) -> Iterator[Finding]:
    """Find foreign keys that SQL adds without NOT VALID."""
    for effect in context.said(execute):
        if isinstance(effect, ConstraintAdded) and effect.constraint.references and _is_read(effect, execute, context):
            rewrite = context.offer(validate_sql_later, effect, execute, context)
            said = message(effect.table, effect.constraint.references.table, execute, context)
            yield rule.finding(execute.span, context, said, rewrite)


def message(table: Name, target: Name, command: Command, context: Context) -> str:
    """Say who waits while what is done; nobody waits for a table that is new."""
    stopped = context.stopped_during(command)
    ends = {one: stopped[one] for one in (key(table), key(target)) if one in stopped}
    return f"Nobody can {barred(ends)} while every row is checked."


def _is_read(added: ConstraintAdded, execute: Execute | RepoCall, context: Context) -> bool:
    reads = any(effect.reads_table for effect in context.effects(execute))
    return reads and added.constraint.valid and context.is_busy(added.table)


def validate_later(alter: AlterTable, reference: Reference, context: Context) -> Rewrite:
    """Leave the rows that are there for the next migration."""
    if reference.place is None or reference.options.option("validate") is not None:
        raise CannotWriteError("the reference is not written there")
    edits = add_option(context.migration.source, reference.place, "validate", literal(value=False))
    made = made_by(alter, context.schema, alter.table.name, reference.constraint)
    follow_up = validated_later(context.migration, alter.table.name, made)
    return Rewrite(TITLE, Safety.SAFE, edits, (follow_up,))


def validate_sql_later(added: ConstraintAdded, execute: Execute | RepoCall, context: Context) -> Rewrite:
    """Say NOT VALID, and validate in the next migration."""
    if added.constraint.name is None or (sql := execute.sql) is None:
        raise CannotWriteError("the foreign key has no name of its own")
    edits = said_not_valid(context.migration.source, sql)
    made = made_by(execute, context.schema, added.table, added.constraint.name)
    follow_up = validated_later(context.migration, added.table, made)
    return Rewrite(TITLE, Safety.SAFE, edits, (follow_up,))
