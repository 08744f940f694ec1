"""Several steps without a transaction cannot be repeated when one of them fails.

With `@disable_ddl_transaction true` every step counts at once, and the version is recorded after the last. When one
fails, those before it stay, and the next `mix ecto.migrate` fails at the first of them: it is already there. One step
to a migration, or steps that may be repeated (`create_if_not_exists`, `add_if_not_exists`), avoid that.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :price, :integer
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.AddColorAndTable do
      use Ecto.Migration

      @disable_ddl_transaction true

      def change do
        create table(:colors) do
          add :name, :string
        end

        alter table(:products) do
          add :color_id, :bigint
        end
      end
    end
    ```

## Safe when
All but the last may be repeated.

    ```elixir
    defmodule Shop.Repo.Migrations.AddSizes do
      use Ecto.Migration

      @disable_ddl_transaction true

      def up do
        create_if_not_exists table(:sizes)

        alter table(:products) do
          add :size_id, :bigint
        end
      end

      def down do
        alter table(:products) do
          remove :size_id
        end

        drop table(:sizes)
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#module-transaction-callbacks
"""

from collections.abc import Iterator
from typing import Final

from rules.ecto.commands import (
    AddColumn,
    AlterTable,
    Command,
    CreateConstraint,
    CreateIndex,
    CreateTable,
    DropConstraint,
    DropIndex,
    DropTable,
    Execute,
    ModifyColumn,
    RenameColumn,
    RenameIndex,
    RenameTable,
    Sql,
)
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.sql import effects as sql
from rules.sql.names import stored
from rules.sql.parts import SqlConstraint

rule = Rule(__name__, Severity.RISK)

GUARDED: Final = (sql.TableCreated, sql.ColumnAdded, sql.IndexCreated)
GUARDED_DROPS: Final = (sql.ColumnDropped, sql.ConstraintDropped, sql.ObjectDropped)
ALWAYS: Final = (sql.ConstraintAdded, sql.ColumnRenamed, sql.ConstraintRenamed, sql.ObjectRenamed, sql.EnumCreated)


@rule.on(Migration)
def check(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find steps that stay when a later one fails, and cannot be taken again."""
    if migration.in_transaction or not context.on_postgres:
        return
    steps = list(_steps(context))
    if len(steps) > 1 and not all(_is_concurrent(command) for command in steps):
        message = "If this fails, the steps before it stay, and the next attempt fails at one of them."
        yield rule.finding(steps[1].span, context, message)


def _steps(context: Context) -> Iterator[Command]:
    """Yield what cannot be taken again, unless what stands before makes room for it each time."""
    gone, made = set[str](), set[str]()  # names, by guarded commands
    for command, _ in context.before:
        said = context.said(command)
        failing = [effect for effect in said if _statement_fails_again(effect)]
        is_prepared = failing and all(_makes(effect) <= gone and _takes(effect) <= made for effect in failing)
        if _fails_again(command) and not is_prepared:
            yield command
        for effect in said:
            gone |= _takes(effect) if isinstance(effect, GUARDED_DROPS) and effect.if_exists else set()
            made |= _makes(effect) if isinstance(effect, sql.IndexCreated) and effect.if_not_exists else set()


def _makes(effect: sql.Effect) -> set[str]:
    """Return the name that has to be free; one that nothing has where it is not known."""
    match effect:
        case sql.ConstraintAdded(constraint=SqlConstraint(name=name)) | sql.IndexCreated(name=name):
            return {stored(name or "")}
        case sql.ObjectRenamed(to=name) | sql.ConstraintRenamed(to=name):
            return {stored(name)}
        case _:
            return {""}


def _takes(effect: sql.Effect) -> set[str]:
    """Return the names of what has to be there."""
    match effect:
        case sql.ObjectDropped(name=name) | sql.ObjectRenamed(name=name):
            return {stored(name.name)}
        case sql.ConstraintDropped(name=name) | sql.ConstraintRenamed(name=name):
            return {stored(name)}
        case _:
            return set()


def _fails_again(command: Command) -> bool:
    match command:
        case CreateTable() | CreateIndex():
            return not command.if_not_exists
        case DropTable() | DropIndex() | DropConstraint():
            return not command.if_exists
        case AlterTable(changes=changes):
            return any(
                not part.if_not_exists if isinstance(part, AddColumn) else not getattr(part, "if_exists", True)
                for part in changes
                if not isinstance(part, ModifyColumn)
            )
        case Execute(runs=Sql(effects=effects)):
            return any(map(_statement_fails_again, effects))
        case _:
            return isinstance(command, CreateConstraint | RenameTable | RenameColumn | RenameIndex)


def _statement_fails_again(effect: sql.Effect) -> bool:
    if isinstance(effect, GUARDED):
        return not effect.if_not_exists
    if isinstance(effect, GUARDED_DROPS):
        return not effect.if_exists
    if isinstance(effect, sql.ObjectCreated):
        return not (effect.if_not_exists or effect.replace)
    return isinstance(effect, ALWAYS)


def _is_concurrent(command: Command) -> bool:
    """Tell whether the step could not have a transaction anyway: it has its own rules."""
    if isinstance(command, CreateIndex | DropIndex):
        return command.index.concurrently
    text = command.runs if isinstance(command, Execute) else None
    return isinstance(text, Sql) and "CONCURRENTLY" in text.text.upper()
