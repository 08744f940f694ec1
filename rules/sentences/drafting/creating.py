"""New tables, and what comes before them: types and extensions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from rules.ecto.config import Repo
from rules.ecto.structs import keywords
from rules.ecto.types import NamedType
from rules.ecto.values import Atom
from rules.elixir.syntax import Syntax
from rules.rewrite.definition import constraint_command, table_call
from rules.rewrite.elixir import atom, block, call, literal
from rules.sentences.drafting.columns import UUIDS, NewColumn, decided
from rules.sentences.drafting.extending import enum_of, needed_for
from rules.sentences.drafting.indexing import NewIndex, index_statement, uncompared, usable
from rules.sentences.drafting.kinds import key_kind, moment, resolved
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
    said = tuple(_required(_said(intent, site), intent))
    columns = [decided(column, name, site, born=True) for column in said]
    _insist_on_columns(columns)
    yield from needed_for(columns, site)
    is_made = not any(one.said.key for one in columns) and intent.keyed is not False  # the usual key
    is_usual = is_made and _key_kind(intent, site) is None
    head = table_call(name, **({} if is_usual else {"primary_key": literal(value=False)}))
    stamps = list(_timestamps(intent, said, site))
    made = [*_key(intent, site, wanted=is_made), *(one.add(site, staged=False) for one in columns), *stamps]
    types = [enum_of(one) for one in columns if one.said.native]
    indexes = usable(_indexes(intent, columns, site))
    checks = [constraint_command(name, one) for column in columns for one in column.checks()]
    lacks_key = intent.keyed is False and _is_seen_as_keyless(columns, indexes, stamped=bool(stamps))
    yield Step(
        f"create_{name.name}",
        f"creates `{name}`",
        (
            *types,
            block("create", head, made) if made else call("create", head),
            *(index_statement(one, concurrently=False) for one in indexes),
            *checks,
        ),
        allows=(*([("table-without-primary-key", ASKED_FOR)] if lacks_key else ()), *_allowed(intent, columns)),
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
    key = [one.name for one in columns if one.said.key]
    for together in intent.unique:
        for missing in set(together) - named:
            raise CannotDraftError(f"`{name}` would have no column `{missing}`.")
        if set(together) != set(key):
            yield NewIndex(name, tuple(sorted(together, key=lambda column: column != tenant)), unique=True)
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


def _is_seen_as_keyless(columns: Sequence[NewColumn], indexes: Sequence[NewIndex], *, stamped: bool) -> bool:
    """Tell whether nothing tells two equal rows apart, and the table does not only join others."""
    refers = sum(one.refers is not None or one.name.endswith("_id") for one in columns)
    joins_others = refers > 1 and len(columns) - refers <= len(STAMPS) * (not stamped)
    required = {one.name for one in columns if not one.null}
    tells_apart = any(one.unique and set(one.parts) <= required for one in indexes)
    return bool(columns or stamped) and not (joins_others or tells_apart)
