"""A column that a policy, a trigger or a rule names can neither change its type nor be dropped.

PostgreSQL keeps of a policy's conditions, of a trigger's `UPDATE OF` and `WHEN`, and of a rule which columns they name,
and refuses to change or drop one behind their backs; Ecto's `modify` restates the type in each case. Drop the policy,
change the column and make the policy again, in one migration: nobody sees the moment in between.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :owner, :string
          add :code, :string, size: 20
        end

        execute "ALTER TABLE products ENABLE ROW LEVEL SECURITY", "ALTER TABLE products DISABLE ROW LEVEL SECURITY"
        execute "CREATE POLICY own ON products USING (owner = current_user)", "DROP POLICY own ON products"
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.LengthenOwners do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :owner, :text, from: :string
        end
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.LengthenOwners do
      use Ecto.Migration

      def change do
        execute "DROP POLICY own ON products",
                "CREATE POLICY own ON products USING (owner = current_user)"

        alter table(:products) do
          modify :owner, :text, from: :string
        end

        execute "CREATE POLICY own ON products USING (owner = current_user)",
                "DROP POLICY own ON products"
      end
    end
    ```

## Safe when
The policy does not name the column.

    ```elixir
    defmodule Shop.Repo.Migrations.LengthenCodes do
      use Ecto.Migration

      def change do
        alter table(:products) do
          modify :code, :text, from: {:string, size: 20}
        end
      end
    end
    ```

## Sources
- https://www.postgresql.org/docs/current/sql-createpolicy.html
- https://www.postgresql.org/docs/current/sql-createtrigger.html
- https://www.postgresql.org/docs/current/ddl-depend.html
"""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, Execute
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.in_the_way import without
from rules.rule import Context, Rule
from rules.schema.dependence import WATCHING, watches
from rules.schema.model import Thing
from rules.schema.touched import Touched, touched
from rules.sql.effects import Kind, ObjectCreated
from rules.sql.names import stored
from rules.sql.reader import read

rule = Rule(__name__, Severity.OUTAGE, raises=True)


@rule.on(AlterTable, Execute)
def check(command: AlterTable | Execute, context: Context) -> Iterator[Finding]:
    """Find columns that cannot be touched for the sake of what watches their table."""
    for part in touched(command) if context.on_postgres else ():
        watcher = watched_by(part, context)
        if watcher is not None:
            message = f"PostgreSQL refuses this: the {watcher.kind.value} `{watcher.name}` names `{part.column}`."
            yield rule.finding(part.span, context, message, context.offer(drop_watcher, command, watcher, context))


def watched_by(part: Touched, context: Context) -> Thing | None:
    """Return what certainly names a column that is there."""
    column, table = stored(part.column), context.schema.table(part.table)
    things = context.schema.things.values() if column in table.columns else ()
    here = (one for one in things if one.kind in WATCHING and one.table == table.name)
    return next((one for one in here if watches(one, column)), None)


def drop_watcher(command: AlterTable | Execute, watcher: Thing, context: Context) -> Rewrite:
    """Drop it before, and make it again behind."""
    if any(part.dropped and watches(watcher, stored(part.column)) is not False for part in touched(command)):
        raise CannotWriteError("it cannot be made again without the column")
    if watcher.kind is Kind.POLICY and written(watcher) != dict(watcher.traits):
        raise CannotWriteError("the policy has been altered since")
    edits = without(context.migration.source, command, watcher, reverses=context.is_reversed, again=True)
    title = f"Drop `{watcher.name}` before, and make it again behind"
    return Rewrite(title, Safety.SAFE if context.is_reversed else Safety.REVIEW, edits)


def written(policy: Thing) -> dict[str, str]:
    """Return what the statement says that made a policy."""
    made = (effect for statement in read(str(policy.definition)) for effect in statement.effects)
    return {trait: value for one in made if isinstance(one, ObjectCreated) for trait, value in one.traits}
