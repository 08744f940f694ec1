"""A constraint has a name that the changeset does not know.

`unique_constraint`, `foreign_key_constraint` and `check_constraint` turn a violation into an error of the changeset,
if its name is the one that they expect: the given one, or the one that Ecto makes up from table and columns. Of any
other name Ecto raises `Ecto.ConstraintError`, and the user gets an error page in place of a message.

## Given
    ```elixir
    # lib/shop/product.ex
    defmodule Shop.Product do
      use Ecto.Schema

      schema "products" do
        field :title, :string
      end

      def changeset(product, attributes) do
        product |> cast(attributes, [:title]) |> unique_constraint(:title)
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
        end

        create unique_index(:products, [:title], name: :one_title)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
        end

        create unique_index(:products, [:title], name: :products_title_index)
      end
    end
    ```

## Safe when
Both have the same name, made up or given.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
        end

        create unique_index(:products, [:title])
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto/Ecto.Changeset.html#unique_constraint/3
- https://hexdocs.pm/ecto/Ecto.Changeset.html#foreign_key_constraint/3
"""

from collections.abc import Iterator

from rules.ecto.commands import (
    AddColumn,
    AlterTable,
    CreateConstraint,
    CreateIndex,
    CreateTable,
    ModifyColumn,
    RenameColumn,
    RenameTable,
)
from rules.ecto.types import Reference
from rules.elixir.printer import one_line
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, atom
from rules.rewrite.place import add_option
from rules.rule import Context, Rule
from rules.schema.expected import Unmet, unmet
from rules.schema.model import key
from rules.source import Span
from rules.sql.names import Name, stored

rule = Rule(__name__, Severity.RISK)


Making = CreateIndex | CreateConstraint | CreateTable | AlterTable


@rule.on(CreateIndex, CreateConstraint, CreateTable, AlterTable)
def check(command: Making, context: Context) -> Iterator[Finding]:
    """Find constraints whose names the changesets of the change do not expect."""
    for table, name, span in made_by(command):
        for one in expected_in_vain(table, context):
            if one.instead == name:
                rewrite = context.offer(rename, command, one, context)
                yield rule.finding(span, context, message(one), rewrite)


@rule.on(RenameTable, RenameColumn)
def check_renaming(command: RenameTable | RenameColumn, context: Context) -> Iterator[Finding]:
    """Find constraints that keep the name of before, while the changeset expects that of now."""
    table = command.to.name if isinstance(command, RenameTable) else command.table.name
    before = context.schema.table(command.table.name)
    for one in expected_in_vain(table, context):
        is_meant = isinstance(command, RenameTable) or stored(command.to) in one.expected.columns
        if is_meant and one.instead in {*before.indexes, *before.constraints}:
            yield rule.finding(command.span, context, message(one))


def message(one: Unmet) -> str:
    """Say who expects what, and what there is instead."""
    return f"A changeset expects `{one.expected.name}` ({one.place}) and raises, for this is `{one.instead}`."


def expected_in_vain(table: Name, context: Context) -> Iterator[Unmet]:
    """Yield what the code of the change expects of a table and does not find."""
    found = context.end.tables.get(key(table))
    if found is not None and context.on_postgres:
        yield from (one for one in unmet(found, context.background.coming) if one.instead is not None)


def made_by(command: Making) -> Iterator[tuple[Name, str, Span]]:
    """Yield the constraints that a command makes: the table, the name and the place."""
    match command:
        case CreateIndex(index=index):
            yield index.table, stored(index.name), command.span
        case CreateConstraint(constraint=constraint):
            yield constraint.table, stored(constraint.name), command.span
        case CreateTable(columns=parts) | AlterTable(changes=parts):
            for part in parts:
                if isinstance(part, AddColumn | ModifyColumn) and isinstance(part.type, Reference):
                    yield command.table.name, stored(part.type.constraint), part.span


def rename(command: Making, one: Unmet, context: Context) -> Rewrite:
    """Give a new index the name that the changeset expects."""
    if not isinstance(command, CreateIndex) or one.expected.match != "exact" or command.index.place.shared:
        raise CannotWriteError("what is expected is no one name, or not that of an index")
    name, place, option = atom(one.expected.name), command.index.place, command.index.options.option("name")
    if option is None:
        edits = add_option(context.migration.source, place, "name", name)
    elif option.value_span is not None:
        edits = (Edit(option.value_span, one_line(name)),)
    else:
        raise CannotWriteError("the name does not stand there")
    return Rewrite(f"Name it `{one.expected.name}`, as the changeset does", Safety.REVIEW, edits)
