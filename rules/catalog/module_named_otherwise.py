"""A migration's module has a name that has nothing to do with the name of its file.

Ecto runs it all the same. But a module that kept its name when its file was copied is how two migrations come to
share one, and whoever reads in a log or a stack trace that `AddStates` has failed looks for `add_states.exs`.
`mix ecto.gen.migration` names both after the same words. This rule speaks where `.github/ecto-fix.yml` has
`module-named-otherwise: on`.

## Instead of
    ```elixir
    # priv/repo/migrations/20240101000001_add_states.exs
    defmodule Shop.Repo.Migrations.CreateOrders do
      use Ecto.Migration

      def change do
        create table(:states) do
          add :name, :string
        end
      end
    end
    ```

## Write
    ```elixir
    # priv/repo/migrations/20240101000001_add_states.exs
    defmodule Shop.Repo.Migrations.AddStates do
      use Ecto.Migration

      def change do
        create table(:states) do
          add :name, :string
        end
      end
    end
    ```

## Safe when
One says no more than the other leaves out.

    ```elixir
    # priv/repo/migrations/20240101000001_create_users.exs
    defmodule Shop.Repo.Migrations.CreateUsersAuthTables do
      use Ecto.Migration

      def change do
        create table(:users) do
          add :name, :string
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Mix.Tasks.Ecto.Gen.Migration.html
"""

import re
from collections.abc import Iterator
from typing import Final

from rules.ecto.files import name_of
from rules.ecto.listing import Neighbours
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rewrite.edit import Rewrite, Safety
from rules.rewrite.module_name import named_after_file
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.ADVICE, on_request=True)

WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@rule.on(Neighbours)
def check(neighbours: Neighbours, context: Context) -> Iterator[Finding]:
    """Find modules that say something else than their files."""
    migration = context.migration
    module, file = (migration.module or "").rpartition(".")[2], name_of(migration.source.path)
    words, named = _words(module), _words(file)
    if words and named and not (words <= named or named <= words) and neighbours.same_module is None:
        message = f"The file says `{file}`, and its module `{module}`."
        rewrite = context.offer(name_after_file, migration, neighbours)
        yield rule.finding(migration.heading, context, message, rewrite)


def _words(name: str) -> frozenset[str]:
    """Return the words of a name, none of them in the plural."""
    return frozenset(word.lower().removesuffix("s") for word in WORD.findall(name))


def name_after_file(migration: Migration, neighbours: Neighbours) -> Rewrite:
    """Give the module the name that its file has."""
    return Rewrite("Name the module after its file", Safety.SAFE, (named_after_file(migration, neighbours.modules),))
