"""New tables, and what comes before them: types and extensions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from rules.ecto.adapter import quoted
from rules.ecto.config import Repo
from rules.ecto.options import NO_OPTIONS
from rules.ecto.structs import keywords
from rules.ecto.types import NamedType
from rules.ecto.values import Atom
from rules.elixir.syntax import Syntax
from rules.rewrite.definition import constraint_command, table_call
from rules.rewrite.elixir import atom, block, call, literal, text
from rules.rewrite.names import identifier, name_sql
from rules.schema.extensions import is_known, of_type
from rules.schema.types import type_name
from rules.sentences.drafting.columns import UUIDS, NewColumn, decided, enum_name
from rules.sentences.drafting.extending import extension_step
from rules.sentences.drafting.indexing import NewIndex, index_statement, uncompared, usable
from rules.sentences.drafting.kinds import key_kind, moment, resolved
from rules.sentences.drafting.site import Site
from rules.sentences.drafting.step import CannotDraftError, Step
from rules.sentences.intent import AddExtension, ColumnIntent, CreateEnum, CreateTable, DropExtension, Meaning, Refers
from rules.sql.effects import Kind
from rules.sql.names import MAX_BYTES, Name

STAMPS: Final = frozenset({"inserted_at", "updated_at"})
ASKED_FOR: Final = "asked for in so many words"


def create_table(intent: CreateTable, site: Site) -> Iterator[Step]:
    """Make a table with its indexes and constraints: nobody uses it yet, so that one migration does it."""
    name = intent.table
    if name.stored in site.schema.tables:
        raise CannotDraftError(f"There is a table `{name}` already.")
    if not name.name or len(name.name.encode()) > MAX_BYTES:
        raise CannotDraftError(f"`{name}` is no name for a table: PostgreSQL keeps {MAX_BYTES} bytes of it.")
    said = tuple(_required(_said(intent, site), intent))
    columns = [decided(column, name, site, born=True) for column in said]
    _insist_on_columns(columns)
    yield from needed_for(columns, site)
    key = [one for one in columns if one.said.key]
    is_keyless = intent.keyed is False and not key
    is_usual = not key and not is_keyless and _key_kind(intent, site) is None
    options = {} if is_usual else {"primary_key": literal(value=False)}
    made = [
        *_key(intent, site, wanted=not (key or is_keyless or is_usual)),
        *(one.add(site, staged=False) for one in columns),
    ]
    made += _timestamps(intent, said, site)
    head = table_call(name, **options)
    types = [
        enum_type(Name(name.prefix, enum_name(name, one.name)), one.said.values) for one in columns if one.said.native
    ]
    indexes = [index_statement(one, concurrently=False) for one in usable(_indexes(intent, columns, site))]
    checks = [constraint_command(name, one) for one in chain.from_iterable(column.checks() for column in columns)]
    yield Step(
        f"create_{name.name}",
        f"creates `{name}`",
        (*types, block("create", head, made) if made else call("create", head), *indexes, *checks),
        allows=(*([("table-without-primary-key", ASKED_FOR)] if is_keyless else ()), *_allowed(intent, columns)),
    )


def create_enum(intent: CreateEnum, site: Site) -> Iterator[Step]:
    """Make a type with values of its own."""
    if any(thing.name == intent.name.stored for thing in site.schema.things.values()):
        raise CannotDraftError(f"There is a type `{intent.name}` already.")
    yield Step(
        f"create_{intent.name.name}", f"creates the type `{intent.name}`", (enum_type(intent.name, intent.values),)
    )


def add_extension(intent: AddExtension, site: Site) -> Iterator[Step]:
    """Create an extension, unless it is there."""
    if _extension(intent.name, site):
        raise CannotDraftError(f"The extension `{intent.name}` is there already.")
    yield extension_step(intent.name)


def drop_extension(intent: DropExtension, site: Site) -> Iterator[Step]:
    """Drop an extension that nothing known uses."""
    if not _extension(intent.name, site):
        raise CannotDraftError(f"No migration has created the extension `{intent.name}`.")
    tables = site.schema.tables.values()
    kinds = ((table, column) for table in tables for column in table.columns.values())
    for table, column in kinds:
        if any(extension == intent.name for _, extension in of_type(str(column.type))):
            raise CannotDraftError(f"`{table.name}.{column.name}` needs the extension `{intent.name}`.")
    name = identifier(intent.name)
    both = text(f"DROP EXTENSION {name}"), text(f"CREATE EXTENSION {name}")
    yield Step(f"drop_{intent.name}", f"drops the extension `{intent.name}`", (call("execute", *both),))


def needed_for(columns: Sequence[NewColumn], site: Site) -> Iterator[Step]:
    """Yield the extensions that the types of *columns* come with, as far as they are missing."""
    kinds = [str(type_name(one.kind, NO_OPTIONS)) for one in columns]
    wanted = dict.fromkeys(found for kind in kinds for found in of_type(kind))
    for extension in dict.fromkeys(
        extension for word, extension in wanted if not is_known(word, extension, site.schema)
    ):
        yield extension_step(extension)


def _extension(name: str, site: Site) -> bool:
    return any(thing.kind is Kind.EXTENSION and thing.name.name == name for thing in site.schema.things.values())


def enum_type(name: Name, values: Sequence[str]) -> Syntax:
    """Return the command that makes a type with values of its own."""
    if not values or len(set(values)) != len(values):
        raise CannotDraftError(f"The values of `{name}` have to be given, each once.")
    listed = ", ".join(map(quoted, values))
    return call(
        "execute", text(f"CREATE TYPE {name_sql(name)} AS ENUM ({listed})"), text(f"DROP TYPE {name_sql(name)}")
    )


def _insist_on_columns(columns: Sequence[NewColumn]) -> None:
    names = [one.name for one in columns]
    for name in names:
        if names.count(name) > 1:
            raise CannotDraftError(f"There would be two columns `{name}`.")


def _said(intent: CreateTable, site: Site) -> Iterator[ColumnIntent]:
    """Yield the columns that are wanted, that of the tenant first where every table has it; `id` is the key's."""
    columns = [one for one in intent.columns if one.name != "id" or one.key]
    tenant = _tenant(intent, site)
    if tenant is not None:
        yield tenant
    for column in columns:
        yield (
            replace(column, key=True, null=False)
            if intent.joins and column.references and not _own_key(intent)
            else column
        )


def _required(columns: Iterator[ColumnIntent], intent: CreateTable) -> Iterator[ColumnIntent]:
    """Yield *columns*; what has to be unique together with others is required, unless the sentence says otherwise."""
    together = {name for names in intent.unique if len(names) > 1 for name in names}
    for one in columns:
        yield replace(one, null=False) if one.name in together and one.null is None and one.default is None else one


def _own_key(intent: CreateTable) -> bool:
    """Tell whether a join table is said to have a key beside its references."""
    return intent.keyed is True or any(one.key for one in intent.columns)


def _tenant(intent: CreateTable, site: Site) -> ColumnIntent | None:
    """Return the column by which the project tells its tenants apart, unless another one leads to it."""
    name = site.conventions.tenant
    refers = any(one.references or one.name.endswith("_id") for one in intent.columns)
    if name is None or refers or any(one.name == name for one in intent.columns):
        return None
    keys = (table.foreign_key(name) for table in site.schema.tables.values())
    target = next((key.target for key in keys if key is not None), None)
    return (
        None
        if target is None or target == intent.table.stored
        else ColumnIntent(name, null=False, references=Refers(target))
    )


def _key_kind(intent: CreateTable, site: Site) -> NamedType | None:
    """Return the type of the primary key; None where Ecto makes it so by itself."""
    wanted = key_kind(site)
    if intent.key_type is not None and intent.key_type is not Meaning.KEY:
        kind = resolved(intent.key_type, "id", site)
        wanted = kind if isinstance(kind, NamedType) else wanted
    usual = _usual_key(site.surroundings.project.repo)
    counted = {"bigint": "bigserial", "integer": "serial"}
    wanted = NamedType(counted.get(wanted.name, wanted.name))
    return None if wanted.name == usual or {wanted.name, usual} <= UUIDS else wanted


def _usual_key(repo: Repo) -> str:
    said = keywords(repo.primary_key).get("type") if isinstance(repo.primary_key, tuple) else None
    kind = said.name if isinstance(said, Atom) else "bigserial"
    return {"id": "bigserial", "identity": "bigserial"}.get(kind, kind)


def _key(intent: CreateTable, site: Site, *, wanted: bool) -> Iterator[Syntax]:
    kind = _key_kind(intent, site) if wanted else None
    if kind is not None:
        yield call("add", atom("id"), atom(kind.name), options=[("primary_key", literal(value=True))])


def _timestamps(intent: CreateTable, columns: Sequence[ColumnIntent], site: Site) -> Iterator[Syntax]:
    habit = site.conventions.stamped is not False
    wanted = (
        intent.timestamps
        if intent.timestamps is not None
        else habit and not (intent.joins and site.conventions.stamped is None)
    )
    if wanted and not STAMPS & {one.name for one in columns}:
        yield timestamps(site)


def timestamps(site: Site, options: Sequence[tuple[str, Syntax]] = ()) -> Syntax:
    """Return `timestamps(...)` of the project's type, which its configuration may say already."""
    repo, kind = site.surroundings.project.repo, moment(site).name
    said = keywords(repo.timestamps).get("type") if isinstance(repo.timestamps, tuple) else None
    usual = said.name if isinstance(said, Atom) else "naive_datetime"
    typed = [] if kind == usual else [("type", atom(kind))]
    return call("timestamps", options=[*typed, *options])


def _indexes(intent: CreateTable, columns: Sequence[NewColumn], site: Site) -> Iterator[NewIndex]:
    name, tenant = intent.table, site.conventions.tenant
    named = {one.name for one in columns}
    for together in intent.unique:
        for missing in set(together) - named:
            raise CannotDraftError(f"`{name}` would have no column `{missing}`.")
        yield NewIndex(name, tuple(sorted(together, key=lambda column: column != tenant)), unique=True)
    key = [one.name for one in columns if one.said.key]
    for column in columns:
        if column.said.unique and key != [column.name]:
            yield NewIndex(name, (column.name,), unique=True)
        elif column.said.indexed or (column.said.indexed is None and column.refers and key[:1] != [column.name]):
            yield NewIndex(name, (column.name,), using=column.index_method)


def _allowed(intent: CreateTable, columns: Sequence[NewColumn]) -> Iterator[tuple[str, str]]:
    for together in intent.unique:
        open_ones = [one.name for one in columns if one.name in together and one.null]
        if open_ones and len(together) > 1:
            yield uncompared(open_ones)
            return
