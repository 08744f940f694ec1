"""An option that Ecto does not know is ignored, or raises.

Of the options of a column Ecto reads those that it knows and passes over the rest: `nul: false` makes a column that
may be NULL. Options of `table`, `index`, `constraint` and `references` are checked since ecto_sql 3.12, and an unknown
one raises `KeyError`; before, it was ignored, too.

## Instead of
    ```elixir
    defmodule Shop.Repo.Migrations.CreateColors do
      use Ecto.Migration

      def change do
        create table(:colors) do
          add :name, :string
        end

        create index(:colors, [:name], uniqe: true)
      end
    end
    ```

## Write
    ```elixir
    defmodule Shop.Repo.Migrations.CreateColors do
      use Ecto.Migration

      def change do
        create table(:colors) do
          add :name, :string
        end

        create index(:colors, [:name], unique: true)
      end
    end
    ```

## Safe when
Every option is one of Ecto's.

    ```elixir
    defmodule Shop.Repo.Migrations.CreateShades do
      use Ecto.Migration

      def change do
        create table(:shades, comment: "Shades of colors") do
          add :name, :string, size: 40, null: false, comment: "In English"
          timestamps(type: :utc_datetime, updated_at: false)
        end

        create index(:shades, [:name], unique: true)
      end
    end
    ```

## Sources
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#add/3-options
- https://hexdocs.pm/ecto_sql/Ecto.Migration.html#index/3-options
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from rules.ecto import structs
from rules.ecto.commands import AddColumn, AlterTable, CreateTable, ModifyColumn, RemoveColumn
from rules.ecto.migration import Migration
from rules.ecto.options import NO_OPTIONS, Option, Options
from rules.ecto.refusals import refused_option
from rules.ecto.types import Reference
from rules.finding import Finding, Severity
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError
from rules.rewrite.options import without_keyword
from rules.rewrite.refused import call_at
from rules.rule import Context, Rule
from rules.source import Span

rule = Rule(__name__, Severity.RISK, raises=True)

OF_TYPE: Final = frozenset(
    {"size", "precision", "scale", "fields", "generated", "start_value", "increment", "collation"}
)
OF_COLUMN: Final = OF_TYPE | {"null", "default", "primary_key", "comment", "from", "after"}  # `after` is MyXQL's
FIELDS: Final = (*structs.TABLE, *structs.INDEX, *structs.CONSTRAINT, *structs.REFERENCE)
OF_REFERENCE: Final = frozenset(name for name, _, _ in structs.REFERENCE)
OF_STRUCT: Final = frozenset(name for name, _, _ in FIELDS)
SYNONYMS: Final = {"nullable": "null", "allow_null": "null", "length": "size", "limit": "size"}
ELSEWHERE: Final = {
    "on_delete": ": it belongs into `references`",
    "on_update": ": it belongs into `references`",
    "references": ": `references(...)` stands in the place of the type",
    "unique": ": `create unique_index` makes a column unique",
    "index": ": `create index` makes an index",
}
BEHIND: Final = ": it belongs behind `references(...)`"
Optioned = AddColumn | ModifyColumn | RemoveColumn


@rule.on(CreateTable, AlterTable)
def check(command: CreateTable | AlterTable, context: Context) -> Iterator[Finding]:
    """Find options of columns that Ecto passes over."""
    parts = command.columns if isinstance(command, CreateTable) else command.changes
    for part in [part for part in parts if isinstance(part, Optioned)]:
        for option in _ignored(part):
            if option.span is not None:
                message = f"Ecto ignores `{option.key}:` here{_advice(option, part)}."
                yield rule.finding(option.span, context, message, context.offer(rename, option, part))


@rule.on(Migration)
def check_structs(migration: Migration, context: Context) -> Iterator[Finding]:
    """Find the option for which Ecto raises."""
    failure = migration.up.failure
    key = None if failure is None else refused_option(failure)
    if failure is not None and failure.span is not None and key is not None:
        rewrite = context.offer(rename_in, failure.span, key, migration)
        yield rule.finding(failure.span, context, f"Ecto raises here: it knows no option `{key}:`.", rewrite)


def rename(option: Option, part: Optioned) -> Rewrite:
    """Write the option that was probably meant."""
    beside = part.options if option in part.options.entries else _of_reference(part)
    meant = _meant(option.key, OF_COLUMN if beside is part.options else OF_REFERENCE)
    if meant is None or option.key_span is None or part.place.shared or meant in beside:
        raise CannotWriteError("what was meant is not plain")
    return Rewrite(f"Write `{meant}:`", Safety.REVIEW, (Edit(option.key_span, f"{meant}:"),))


def rename_in(call: Span, key: str, migration: Migration) -> Rewrite:
    """Write the option that was probably meant in a call that raises, or leave it out."""
    meant, text = _meant(key, OF_STRUCT), migration.source[call]
    found = re.search(rf"\b{re.escape(key)}:", text)
    if meant is None or found is None or f"{meant}:" in text:
        edit = without_keyword(migration.source, call_at(migration.source, call), key)
        return Rewrite(f"Leave `{key}:` out", Safety.REVIEW, (edit,))
    at = Span(call.start + found.start(), call.start + found.end())
    return Rewrite(f"Write `{meant}:`", Safety.SAFE, (Edit(at, f"{meant}:"),))


def _ignored(part: Optioned) -> tuple[Option, ...]:
    return (*part.options.unknown(OF_COLUMN), *_of_reference(part).unknown(OF_REFERENCE))


def _of_reference(part: Optioned) -> Options:
    return part.type.options if isinstance(part.type, Reference) else NO_OPTIONS


def _advice(option: Option, part: Optioned) -> str:
    of_column = option in part.options.entries
    if not of_column and option.key in OF_COLUMN:
        return BEHIND
    meant = _meant(option.key, OF_COLUMN if of_column else OF_REFERENCE)
    near = f": `{meant}:` is near" if meant else ""
    return ELSEWHERE.get(option.key, near)


def _meant(key: str, known: frozenset[str]) -> str | None:
    if key in ELSEWHERE or key in OF_COLUMN:
        return None
    return SYNONYMS.get(key) or next(iter(get_close_matches(key, sorted(known), 1)), None)
