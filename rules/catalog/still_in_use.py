"""Something is dropped while something else depends on it.

PostgreSQL keeps a table to which foreign keys refer, a column that a view shows, a type that a column has, and the
index of a constraint. Without `mode: :cascade` the drop is refused; with it, everything that depends goes along.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateGoods do
      use Ecto.Migration

      def change do
        create table(:brands)

        create table(:goods) do
          add :title, :string
          add :price, :integer
          add :brand_id, references(:brands)
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.DropBrands do
      use Ecto.Migration

      def up do
        drop table(:brands)
      end

      def down do
        create table(:brands)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.DropBrands do
      use Ecto.Migration

      def up do
        drop table(:brands), mode: :cascade
      end

      def down do
        create table(:brands)
        execute "UPDATE goods SET brand_id = NULL"

        execute "ALTER TABLE goods ADD CONSTRAINT goods_brand_id_fkey FOREIGN KEY (brand_id) REFERENCES brands (id)"
      end
    end
    ```

## Safe when
What depends goes first.

    ```elixir
    defmodule Shop.Repo.Migrations.ForgetBrands do
      use Ecto.Migration

      def up do
        drop constraint(:goods, :goods_brand_id_fkey)
        drop table(:brands)
      end

      def down do
        create table(:brands)

        alter table(:goods) do
          modify :brand_id, references(:brands)
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/ddl-depend.html
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#drop/2
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, ColumnChange, Command, DropIndex, DropTable, Execute, RemoveColumn
from rules.elixir.printer import habit_of, lines, one_line
from rules.finding import Finding, Severity
from rules.rewrite.definition import definition
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, atom, call
from rules.rewrite.place import add_option, put_text, stands_alone
from rules.rule import Context, Rule
from rules.schema.columns import generated_from
from rules.schema.notes import Clash
from rules.source import Span
from rules.sql.names import stored

rule = Rule(__name__, Severity.OUTAGE, raises=True)


@rule.on(AlterTable, DropIndex, DropTable, Execute)
def check(_: AlterTable | DropIndex | DropTable | Execute, context: Context) -> Iterator[Finding]:
    """Find drops that PostgreSQL refuses for the sake of what depends on them."""
    for part, note in context.clashes(Clash.IN_USE):
        rewrite = context.offer(drop_whole, part, context)
        yield rule.finding(part.span, context, f"PostgreSQL refuses this: {note.text}.", rewrite)


def drop_whole(part: Command | ColumnChange, context: Context) -> Rewrite:
    """Drop the constraint that an index belongs to, or what refers to a table along with it."""
    source = context.migration.source
    match part:
        case DropIndex(index=index) if not index.place.shared:
            constraint = one_line(call("constraint", atom(index.table.name), atom(index.name)))
            return Rewrite("Drop the constraint", Safety.REVIEW, put_text(source, index.place.span, constraint))
        case DropTable(place=place, cascade=False):
            edits = add_option(source, place, "mode", atom("cascade"))
            return Rewrite("Drop what refers to it, too", Safety.REVIEW, edits)
        case RemoveColumn():
            return remove_generated(part, context)
        case _:
            raise CannotWriteError("what depends on it is dropped otherwise")


def remove_generated(part: RemoveColumn, context: Context) -> Rewrite:
    """Remove the columns that are generated from a column before it."""
    source, alter = context.migration.source, context.command
    if not isinstance(alter, AlterTable) or part.place.shared or not stands_alone(source, part.span):
        raise CannotWriteError("the column is removed elsewhere")
    table = context.schema.table(alter.table.name)
    users = [table.columns[name] for name in generated_from(table, stored(part.column))]
    if not users:
        raise CannotWriteError("something else depends on it")
    removed = []
    for user in users:
        kind, options = definition(table, user)
        removed.append(call("remove", atom(user.name), kind, options=options))
    indent = source.column_at(part.span.start) - 1
    start = Span(part.span.start, part.span.start)
    written = "\n".join(lines(removed, indent, habit_of(source))).lstrip()
    return Rewrite(
        "Remove what is generated from it first", Safety.REVIEW, (Edit(start, f"{written}\n{' ' * indent}"),)
    )
