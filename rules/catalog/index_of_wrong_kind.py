"""A B-tree over documents or lists finds only those that are equal as a whole.

Queries ask what is within: `@>`, `?`, `= ANY`. None of them can use a B-tree, and a long document does not even fit
into one, so that its insert fails. `using: :gin` serves them.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :data, :map
        end

        create index(:quinces, [:data])
      end
    end
    ```

## Safe when
The index is a GIN, or is over a value within.

    ```elixir
    defmodule Shop.Repo.Migrations.PlantQuinces do
      use Ecto.Migration

      def change do
        create table(:quinces) do
          add :data, :map
        end

        create index(:quinces, [:data], using: :gin)
        create index(:quinces, ["(data->>'size')"], name: :quince_sizes)
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/datatype-json.html#JSON-INDEXING
- https://www.postgresql.org/docs/current/gin.html
"""

from collections.abc import Iterator

from rules.ecto.commands import CreateIndex
from rules.finding import Finding, Severity
from rules.rule import Context, Rule
from rules.sql.names import stored

rule = Rule(__name__, Severity.ADVICE)


@rule.on(CreateIndex)
def check(command: CreateIndex, context: Context) -> Iterator[Finding]:
    """Find B-trees over documents and lists."""
    index, table = command.index, context.schema.table(command.index.table)
    is_tree = index.using in {None, "btree"} and not index.unique and len(index.columns) == 1
    for name in (column.name for column in index.columns) if is_tree and context.on_postgres else ():
        column = table.columns.get(stored(name)) if name is not None else None
        if (
            column is not None
            and isinstance(column.type, str)
            and (column.type == "jsonb" or column.type.endswith("[]"))
        ):
            message = f"A B-tree finds only whole values of `{name}`, not what is within."
            yield rule.finding(command.span, context, message)
