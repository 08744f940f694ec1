"""Indexes: built and dropped while others go on, and not built where another one does their work."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from rules.ecto.names import index_name
from rules.elixir.syntax import Syntax
from rules.rewrite.definition import index_call
from rules.rewrite.elixir import call, text
from rules.rewrite.names import identifier, name_sql
from rules.schema.dependence import foreign_keys
from rules.schema.extensions import in_text, is_known
from rules.schema.model import Index as Made
from rules.schema.model import PrimaryKey, Table, Unique
from rules.schema.text import as_index_column, mentions, quoted_name
from rules.schema.uniqueness import keeps_apart
from rules.sentences.drafting.extending import extension_step
from rules.sentences.drafting.methods import ORDERED, by_trigrams, insist_on_method, method_within
from rules.sentences.drafting.site import Site, shortened
from rules.sentences.drafting.step import AlreadyDoneError, CannotDraftError, Stage, Step, listing
from rules.sentences.intent import AddIndex, DropIndex, Part, RenameIndex, Sql
from rules.sql.names import Name

# What may stand behind an expression in an index: an operator class, a direction.
CLASS: Final = re.compile(r"(?: \w+_ops)?(?: (?:ASC|DESC))?(?: NULLS (?:FIRST|LAST))?$", re.IGNORECASE)
NULLS_ALIKE: Final = 15  # PostgreSQL's first major version that can take NULLs for the same in a unique index


@dataclass(frozen=True, slots=True)
class NewIndex:
    """An index of *table* that is about to be built."""

    table: Name
    parts: tuple[Part, ...]
    unique: bool = False
    where: str | None = None
    using: str | None = None
    include: tuple[str, ...] = ()
    nulls_distinct: bool = True
    name: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Its parts as a schema keeps them: names in quotes, and SQL."""
        return tuple(quoted_name(one) if isinstance(one, str) else as_index_column(one.text) for one in self.parts)

    @property
    def called(self) -> str:
        """The name that it is given, or that Ecto makes up."""
        parts = (one if isinstance(one, str) else one.text for one in self.parts)
        return self.name or shortened(index_name(self.table.name, parts))

    def made(self) -> Made:
        """Return it as a schema knows it."""
        including, using = tuple(map(quoted_name, self.include)), self.using or "btree"
        return Made(
            self.called, self.columns, self.unique, using, including, self.where, nulls_distinct=self.nulls_distinct
        )

    def serves(self, other: "NewIndex") -> bool:
        """Tell whether it does the work of *other*, too."""
        is_plain = {self.using, other.using} <= ORDERED and self.where == other.where and not other.unique
        return is_plain and not other.include and self.parts[: len(other.parts)] == other.parts


def index_statement(index: NewIndex, *, concurrently: bool) -> Syntax:
    """Return the command that builds *index*."""
    return call("create", index_call(index.table, index.made(), concurrently=concurrently))


def usable(indexes: Iterable[NewIndex]) -> list[NewIndex]:
    """Return *indexes* without those whose work another one does."""
    found = list(dict.fromkeys(indexes))
    return [one for one in found if not any(other != one and other.serves(one) for other in found)]


def add_index(intent: AddIndex, site: Site) -> Iterator[Step]:
    """Build an index: concurrently where the table is in use."""
    table = site.table(intent.table)
    parts = _ordered(intent, table, site)
    using = intent.using or (method_within(parts[0], table) if len(parts) == 1 and not intent.unique else None)
    if using == "gin":
        parts = tuple(by_trigrams(part, table) for part in parts)
    index = NewIndex(
        table.name,
        parts,
        intent.unique,
        intent.where,
        None if using == "btree" else using,
        intent.include,
        intent.nulls_distinct is not False,
        intent.name,
    )
    _insist(index, table, site)
    for word, extension in dict.fromkeys(found for part in index.columns for found in in_text(part)):
        if not is_known(word, extension, site.schema):
            yield extension_step(extension)
    step = build(index, site)
    added = set(parts) - set(intent.parts) if intent.unique and using is None else ()
    within = tuple(f"It is unique within each `{part}`, as others of this project are." for part in added)
    yield replace(step, notes=(*within, *step.notes))


def build(index: NewIndex, site: Site) -> Step:
    """Return the step that builds *index*."""
    if index.name is None:
        index = replace(index, name=site.free_name(index.table, index.called))
    is_new = site.is_new(index.table)
    kind = "unique index" if index.unique else "index"
    allows, notes = _doubts(index, site) if index.unique and not is_new else ((), ())
    return Step(
        f"create_{index.called}",
        f"builds the {kind} `{index.called}` on `{index.table}`",
        (index_statement(index, concurrently=not is_new),),
        stage=Stage.SCHEMA if is_new else Stage.INDEX,
        allows=allows,
        notes=notes,
    )


def drop_index(intent: DropIndex, site: Site) -> Iterator[Step]:
    """Drop an index while queries go on."""
    table = site.table(intent.table)
    index = _meant(intent, table)
    if index.sql is None:
        dropped: Syntax = call("drop", index_call(table.name, index, concurrently=True))
    else:
        dropped = call("execute", text(f"DROP INDEX CONCURRENTLY {name_sql(Name(table.name.prefix, index.name))}"))
    yield Step(f"drop_{index.name}", f"drops the index `{index.name}`", (dropped,), stage=Stage.INDEX)


def rename_index(intent: RenameIndex, site: Site) -> Iterator[Step]:
    """Give an index another name."""
    table = site.table(intent.table)
    if intent.name not in table.indexes:
        raise CannotDraftError(f"`{table.name}` has no index `{intent.name}`.")
    if site.free_name(table.name, intent.to) != intent.to:
        raise CannotDraftError(f"`{intent.to}` is no name for an index here: it is taken, or too long.")
    prefix = f"{identifier(table.name.prefix)}." if table.name.prefix else ""
    both = [
        f"ALTER INDEX {prefix}{identifier(old)} RENAME TO {identifier(new)}"
        for old, new in ((intent.name, intent.to), (intent.to, intent.name))
    ]
    does = f"renames the index `{intent.name}` to `{intent.to}`"
    yield Step(f"rename_{intent.name}_to_{intent.to}", does, (call("execute", *map(text, both)),))


def led(
    parts: tuple[Part, ...], site: Site, columns: Collection[str], telling: Collection[str], *, unique: bool
) -> tuple[Part, ...]:
    """Return *parts* with the tenants' column first, if it is among them, or leads what is unique in this project.

    *telling* are the columns that say whose a row is, by themselves or through what they refer to.
    """
    tenant, leads = site.conventions.tenant, site.conventions.tenant_leads
    is_bare = unique and leads and tenant in columns and tenant not in parts and parts[0] not in telling
    if tenant is not None and is_bare and all(isinstance(part, str) for part in parts):
        return (tenant, *parts)
    return tuple(sorted(parts, key=lambda part: part != tenant))


def uncompared(columns: Iterable[str]) -> tuple[str, str]:
    """Return why a unique index may let rows without *columns* stand beside each other."""
    return "nulls-not-unique", f"rows without {listing(columns)} are not compared"


def is_indexed_already(table: Table, index: NewIndex) -> str | None:
    """Return the index or constraint that does the work of *index* already."""
    for one in table.indexes.values():
        if not isinstance(one.columns, tuple) or one.using != "btree" or one.where != index.where or one.include:
            continue
        is_same = one.columns == index.columns and (one.unique is True or not index.unique)
        if is_same or (not index.unique and one.columns[: len(index.columns)] == index.columns):
            return one.name
    keys = (one for one in table.constraints.values() if isinstance(one, PrimaryKey | Unique))
    begun = (one for one in keys if tuple(map(quoted_name, one.columns))[: len(index.columns)] == index.columns)
    return next((one.name for one in begun if not index.unique or len(one.columns) == len(index.parts)), None)


def _doubts(index: NewIndex, site: Site) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Return what a rule says of a unique index that was asked for, and what a person should do about it."""
    table, merged = site.table(index.table), site.merged.tables.get(index.table.stored)
    names = [part for part in index.parts if isinstance(part, str)]
    allows, notes = list[tuple[str, str]](), list[str]()
    is_plain = len(names) == len(index.parts)
    is_old = is_plain and merged is not None and set(names) <= set(merged.columns)
    if is_old and merged is not None and not any(keeps_apart(one, set(names)) for one in (merged, table)):
        allows.append(("unique-index-over-existing-rows", "asked for: look for doubles before it is deployed"))
    columns = ", ".join(map(identifier, names))
    if is_plain:
        where = f" WHERE {index.where}" if index.where else ""
        query = f"SELECT {columns} FROM {name_sql(index.table)}{where} GROUP BY {columns} HAVING count(*) > 1"  # noqa: S608 - for people to run
        notes.append(f"The unique index fails if rows agree already. Look first: `{query}`.")
    open_ones = _left_open(index, names, table)
    if open_ones:
        allows.append(uncompared(open_ones))
    return tuple(allows), tuple(notes)


def _left_open(index: NewIndex, names: list[str], table: Table) -> list[str]:
    """Return the columns in which a NULL lets doubles into a unique index of several."""
    keys = (set(one.columns) for one in table.constraints.values() if isinstance(one, PrimaryKey))
    if len(index.parts) < 2 or not index.nulls_distinct or any(key <= set(names) for key in keys):  # noqa: PLR2004 - several
        return []
    found = [name for name in names if (column := table.columns.get(name)) and column.null is True]
    return [name for name in found if not mentions(index.where, name)]


def _ordered(intent: AddIndex, table: Table, site: Site) -> tuple[Part, ...]:
    """Return the parts of an index, the tenant first where the project has one."""
    for name in (*(part for part in intent.parts if isinstance(part, str)), *intent.include):
        if name not in table.columns:
            raise CannotDraftError(f"`{table.name}` has no column `{name}`.")
    for part in intent.parts:
        site.insist_on(table, CLASS.sub("", part.text) if isinstance(part, Sql) else None)
    site.insist_on(table, intent.where)
    if not intent.parts or len(set(intent.parts)) < len(intent.parts):
        raise CannotDraftError("An index needs columns, each once.")
    telling = {*table.primary_key, *(column for key in foreign_keys(table) for column in key.columns)}
    return led(intent.parts, site, table.columns, telling, unique=intent.unique and intent.using is None)


def _insist(index: NewIndex, table: Table, site: Site) -> None:
    """Raise where PostgreSQL has no such index, or has it already."""
    there = is_indexed_already(table, index) if index.using is None else None
    if there is not None:
        raise AlreadyDoneError(f"`{there}` does that already.")
    if index.name is not None and site.free_name(index.table, index.name) != index.name:
        raise CannotDraftError(f"`{index.name}` is no name for an index here: it is taken, or too long.")
    if not index.nulls_distinct and site.surroundings.postgres < NULLS_ALIKE:
        raise CannotDraftError(f"Only PostgreSQL {NULLS_ALIKE} takes NULLs for the same; this one is older.")
    insist_on_method(index.using, index.parts, table, unique=index.unique, includes=bool(index.include))


def _meant(intent: DropIndex, table: Table) -> Made:
    """Return the index that is to go."""
    if intent.name is not None:
        found = [one for one in table.indexes.values() if one.name == intent.name]
    else:
        wanted = NewIndex(table.name, intent.parts).columns
        found = [one for one in table.indexes.values() if one.columns == wanted and (one.unique or not intent.unique)]
    if any(isinstance(one, PrimaryKey | Unique) for one in table.constraints.values() if one.name == intent.name):
        raise CannotDraftError(f"`{intent.name}` belongs to a constraint, and stays as long as that.")
    if not found:
        raise CannotDraftError(f"`{table.name}` has no such index.")
    if len(found) > 1:
        names = listing(f"`{one.name}`" for one in found)
        raise CannotDraftError(f"There are several such indexes: {names}. Name one.")
    return found[0]
