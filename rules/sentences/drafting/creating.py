"""New tables, and what comes before them: types and extensions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from rules.ecto.config import Repo
from rules.ecto.options import NO_OPTIONS
from rules.ecto.structs import keywords
from rules.ecto.types import ColumnType, NamedType
from rules.ecto.values import Atom
from rules.elixir.syntax import Syntax
from rules.rewrite.definition import constraint_command, table_call
from rules.rewrite.elixir import atom, block, call, literal
from rules.schema.conventions import learn
from rules.schema.types import type_name
from rules.sentences.drafting.columns import UUIDS, NewColumn, decided, told_once
from rules.sentences.drafting.extending import enum_of, needed_for
from rules.sentences.drafting.indexing import NewIndex, index_statement, led, uncompared, usable
from rules.sentences.drafting.kinds import SERIALS, key_kind, moment, resolved
from rules.sentences.drafting.site import Site
from rules.sentences.drafting.step import CannotDraftError, Step
from rules.sentences.intent import ColumnIntent, CreateTable, Meaning, Refers
from rules.sql.names import MAX_BYTES

STAMPS: Final = frozenset({"inserted_at", "updated_at"})
ASKED_FOR: Final = "asked for in so many words"


def create_table(intent: CreateTable, site: Site) -> Iterator[Step]:
    """Make a table with its indexes and constraints: nobody uses it yet, so that one migration does it."""
    name = intent.table
    if name.stored in site.schema.tables:
        raise CannotDraftError(f"There is a table `{name}` already.")
    if not name.name or len(name.name.encode()) > MAX_BYTES:
        raise CannotDraftError(f"`{name}` is no name for a table: PostgreSQL keeps {MAX_BYTES} bytes of it.")
    said = tuple(_required(_said(replace(intent, columns=told_once(intent.columns)), site), intent))
    columns = [decided(column, name, site, born=True) for column in said]
    yield from needed_for(columns, site)
    has_key = any(one.said.key for one in columns)
    is_made = not has_key and intent.keyed is not False  # the usual key
    is_usual = is_made and _key_kind(intent, site) is None
    head = table_call(name, **({} if is_usual else {"primary_key": literal(value=False)}))
    stamps = list(_timestamps(intent, said, site))
    made = [*_key(intent, site, wanted=is_made), *(one.add(site, staged=False) for one in columns), *stamps]
    types = [enum_of(one) for one in columns if one.said.native]
    indexes = usable(_indexes(intent, columns, site))
    checks = [constraint_command(name, one) for column in columns for one in column.checks()]
    lacks_key = not (has_key or is_made) and _is_seen_as_keyless(columns, indexes, stamped=bool(stamps))
    yield Step(
        f"create_{name.name}",
        f"creates `{name}`",
        (
            *types,
            block("create", head, made) if made else call("create", head),
            *(index_statement(one, concurrently=False) for one in indexes),
            *checks,
        ),
        allows=(
            *([("table-without-primary-key", ASKED_FOR)] if lacks_key else ()),
            *_unusual(intent, columns, site, stamped=bool(stamps)),
            *_uncompared(indexes, columns),
        ),
    )


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
    counted = {"bigint": "bigserial", "integer": "bigserial"}  # 32 bits run out
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
    name, named = intent.table, {one.name for one in columns}
    telling = {one.name for one in columns if one.refers is not None or one.said.key}
    key = [one.name for one in columns if one.said.key]
    for together in intent.unique:
        for missing in set(together) - named:
            raise CannotDraftError(f"`{name}` would have no column `{missing}`.")
        if set(together) != set(key):
            yield NewIndex(name, led(together, site, named, telling, unique=True), unique=True)
    for column in columns:
        if column.said.unique and key != [column.name]:
            yield NewIndex(name, led((column.name,), site, named, telling, unique=True), unique=True)
        elif column.said.indexed or (column.said.indexed is None and column.refers and key[:1] != [column.name]):
            yield NewIndex(name, (column.name,), using=column.index_method)


def _uncompared(indexes: Sequence[NewIndex], columns: Sequence[NewColumn]) -> Iterator[tuple[str, str]]:
    optional = {one.name for one in columns if one.null}
    wide = (one for one in indexes if one.unique and len(one.parts) > 1)
    found = [[part for part in one.parts if isinstance(part, str) and part in optional] for one in wide]
    yield from (uncompared(names) for names in found[:1] if names)


def _unusual(
    intent: CreateTable, columns: Sequence[NewColumn], site: Site, *, stamped: bool
) -> Iterator[tuple[str, str]]:
    """Yield what is against the project's habits, and asked for."""
    habits = learn(site.merged)
    key = _made_key(intent, columns, site)
    if key is not None and habits.key not in {None, key}:
        yield "key-of-another-type", ASKED_FOR
    only_joins = all(one.refers is not None or one.said.key for one in columns)
    named = {"inserted_at", "created_at", "updated_at"} & {one.name for one in columns}
    if habits.stamped and not (stamped or named or only_joins):
        yield "table-without-timestamps", ASKED_FOR


def _made_key(intent: CreateTable, columns: Sequence[NewColumn], site: Site) -> str | None:
    """Return the catalogue's type of a key that PostgreSQL or Ecto makes up; None where people know it, or none is."""
    keys = [one.kind for one in columns if one.said.key]
    kind: ColumnType | None = keys[0] if len(keys) == 1 else None
    if not keys and intent.keyed is not False:
        kind = _key_kind(intent, site) or NamedType(_usual_key(site.surroundings.project.repo))
    is_made = isinstance(kind, NamedType) and kind.name in {*UUIDS, *SERIALS}
    return str(type_name(kind, NO_OPTIONS)) if is_made and kind is not None else None


def _is_seen_as_keyless(columns: Sequence[NewColumn], indexes: Sequence[NewIndex], *, stamped: bool) -> bool:
    """Tell whether nothing tells two equal rows apart, and the table does not only join others."""
    refers = sum(one.refers is not None or one.name.endswith("_id") for one in columns)
    joins_others = refers > 1 and len(columns) - refers <= len(STAMPS) * (not stamped)
    required = {one.name for one in columns if not one.null}
    tells_apart = any(one.unique and set(one.parts) <= required for one in indexes)
    return bool(columns or stamped) and not (joins_others or tells_apart)
