"""A migration calls a repo by its name, not the one that runs it.

With several repos, dynamic ones or one for each tenant, the same migration runs on databases that the named repo does
not reach; what it reads or writes is somewhere else. `repo()` is the one that runs it. Where there is only one repo
both are the same: this rule is silent unless a repository asks for it.

## Given
    ```elixir
    defmodule Shop.Repo.Migrations.CreateProducts do
      use Ecto.Migration

      def change do
        create table(:products) do
          add :title, :string
          add :stock, :integer
        end
      end
    end
    ```

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.EmptyOne do
      use Ecto.Migration

      def up do
        Shop.Repo.query!("UPDATE products SET stock = 0 WHERE id = 1")
      end

      def down do
        :ok
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.EmptyOne do
      use Ecto.Migration

      def up do
        repo().query!("UPDATE products SET stock = 0 WHERE id = 1")
      end

      def down do
        :ok
      end
    end
    ```

## Safe when
It is `repo()` that is called.

    ```elixir
    defmodule Shop.Repo.Migrations.EmptyOne do
      use Ecto.Migration

      def up do
        repo().query!("UPDATE products SET stock = 0 WHERE id = 1")
      end

      def down do
        :ok
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#repo/0
"""

from collections.abc import Iterator

from rules.ecto.commands import RepoCall
from rules.elixir.syntax import Call, Syntax
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.ADVICE, on_request=True)


@rule.on(RepoCall)
def check(call: RepoCall, context: Context) -> Iterator[Finding]:
    """Find calls of a repo by its name."""
    named = module_of(call)
    if named is not None:
        shown = context.migration.source[named.span]
        message = f"`{shown}` may not be the repo that runs this migration; `repo()` is."
        yield rule.finding(call.span, context, message, context.offer(ask, call, named))


def module_of(call: RepoCall) -> Syntax | None:
    """Return the name of the module that is called, where it is written out."""
    form = call.place.call.form
    owner = form.args[0] if isinstance(form, Call) and form.form == "." else None
    return owner if isinstance(owner, Call) and owner.form == "__aliases__" else None


def ask(call: RepoCall, named: Syntax) -> Rewrite:
    """Call whichever repo runs the migration."""
    if call.place.shared:
        raise CannotWriteError("the call stands in a loop or a helper")
    return Rewrite("Call whichever repo runs the migration", Safety.SAFE, (Edit(named.span, "repo()"),))
