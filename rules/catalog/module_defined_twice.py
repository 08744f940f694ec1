"""Two migrations define the same module, and one of them runs twice.

Ecto compiles all files that it is about to run before it runs the first. The module that is compiled last replaces the
other: what it does runs under both versions, and what the other does never runs. A database that has run the first
file already is spared; a new one is not.

## Given
    ```elixir
    # priv/repo/migrations/20240101120000_add_notes.exs
    defmodule Shop.Repo.Migrations.AddNotes do
      use Ecto.Migration

      def change do
        create table(:notes) do
          add :name, :string
        end
      end
    end
    ```

## Instead of
    ```elixir
    # priv/repo/migrations/20240102120000_add_offers.exs
    defmodule Shop.Repo.Migrations.AddNotes do
      use Ecto.Migration

      def change do
        create table(:offers) do
          add :name, :string
        end
      end
    end
    ```

## Write
    ```elixir
    # priv/repo/migrations/20240102120000_add_offers.exs
    defmodule Shop.Repo.Migrations.AddOffers do
      use Ecto.Migration

      def change do
        create table(:offers) do
          add :name, :string
        end
      end
    end
    ```

## Safe when
Each file has a module of its own.

    ```elixir
    # priv/repo/migrations/20240102120000_add_offers.exs
    defmodule Shop.Repo.Migrations.CreateOffers do
      use Ecto.Migration

      def change do
        create table(:offers) do
          add :name, :string
        end
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Mix.Tasks.Ecto.Migrate.html
- https://hexdocs.pm/ecto_sql/Ecto.Migrator.html
"""

import re
from collections.abc import Iterator
from typing import Final

from rules.ecto.files import name_of
from rules.ecto.listing import Neighbours
from rules.ecto.migration import Migration
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rule import Context, Rule

rule = Rule(__name__, Severity.OUTAGE)

ALIAS: Final = re.compile(r"[A-Z][A-Za-z0-9_]*")


@rule.on(Neighbours)
def check(neighbours: Neighbours, context: Context) -> Iterator[Finding]:
    """Find modules that a file of the same run defines already."""
    if neighbours.same_module is not None:
        other = neighbours.same_module.rpartition("/")[2]
        message = f"A new database runs this migration in the place of `{other}`, too: they are one module."
        rewrite = context.offer(name_after_file, context.migration, neighbours)
        yield rule.finding(context.migration.heading, context, message, rewrite)


def name_after_file(migration: Migration, neighbours: Neighbours) -> Rewrite:
    """Give the module the name that its file has, where nothing else in the file calls it by the old one."""
    source, span, module = migration.source, migration.heading, migration.module or ""
    before, dot, last = module.rpartition(".")
    name = "".join(part[:1].upper() + part[1:] for part in name_of(source.path).split("_"))
    is_free = before + dot + name not in neighbours.modules
    if source[span] != module or source.text.count(last) > 1 or not is_free or not ALIAS.fullmatch(name):
        raise CannotWriteError("what to call the module is not plain")
    return Rewrite("Name the module after its file", Safety.SAFE, (Edit(span, before + dot + name),))
