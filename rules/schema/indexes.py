"""Indexes made, dropped and renamed; their names are unique among all tables of a schema."""

from dataclasses import dataclass, replace
from typing import Final

from rules.schema import constraints, rows
from rules.schema.dependence import plain_columns, without_indexes
from rules.schema.draft import Draft
from rules.schema.model import Index, PrimaryKey, Table, Unique, key
from rules.schema.notes import Assumption, Clash, Remark
from rules.schema.tables import partition
from rules.schema.things import known
from rules.sql.effects import Kind
from rules.sql.names import Name, stored


@dataclass(frozen=True, slots=True)
class Dropping:
    """How an index is dropped."""

    if_exists: bool = False
    concurrently: bool = False
    cascade: bool = False


PLAINLY: Final = Dropping()


def owner(draft: Draft, name: Name, table: Name | None = None) -> Table | None:
    """Return the table that has an index of that name; *table* is looked at first."""
    index, first = stored(name.name), draft.tables.get(key(table)) if table else None
    if first and (index in first.indexes or index in first.constraints):
        return first
    prefix = key(name).prefix
    near = [one for one in draft.tables.values() if one.name.prefix == prefix]
    owners = [one for one in near if index in one.indexes] or [one for one in near if _is_key(one, index)]
    return next(iter(owners), first)


def _is_key(table: Table, name: str) -> bool:
    return isinstance(table.constraints.get(name), PrimaryKey | Unique)


def add(draft: Draft, table: Name, index: Index, *, if_not_exists: bool = False, concurrently: bool = False) -> None:
    """Add an index; its name is unique among all tables of the schema."""
    found = draft.table(table)
    _check_partitions(draft, found, concurrently=concurrently)
    for column in plain_columns(index):
        if column not in found.columns:
            draft.column(table, column)
    found = draft.table(table)
    holder = owner(draft, Name(found.name.prefix, index.name), table)
    if holder and (index.name in holder.indexes or _is_key(holder, index.name)):
        if if_not_exists:
            return
        draft.clash(Clash.TAKEN, f"an index `{index.name}` is already there", found.name)
    elif if_not_exists and not found.whole:
        draft.note(Remark.DOUBT, f"an index `{index.name}` may have been there before", found.name)
    _check_adoption(draft, found, index)
    if index.unique is True:
        rows.check_index(draft, found, index)
    draft.change(found, indexes={**found.indexes, index.name: index})


def drop(draft: Draft, name: Name, table: Name | None = None, *, how: Dropping = PLAINLY) -> None:
    """Drop an index, wherever it is."""
    index, holder = stored(name.name), owner(draft, name, table)
    if holder and index in holder.indexes:
        _check_partitions(draft, holder, concurrently=how.concurrently)
        constraints.drop_users(draft, holder, index, cascade=how.cascade)
        draft.tables[holder.name] = without_indexes(draft.tables[holder.name], [index])
    elif holder and _is_key(holder, index):
        draft.clash(Clash.IN_USE, f"`{index}` is the index of a constraint", holder.name)
    elif how.if_exists:
        if not draft.whole or (holder and not holder.whole):
            draft.note(Remark.DOUBT, f"an index `{index}` may or may not be there", holder.name if holder else None)
    elif table is None:
        known(draft, (Kind.INDEX, None, key(name)))  # of a table that we do not know
        del draft.things[Kind.INDEX, None, key(name)]
    else:
        if draft.table(table).whole:
            draft.clash(Clash.MISSING, f"`{key(table)}` has no index `{index}`", key(table))
        draft.assume(Assumption(key(table), index=index))


def _check_adoption(draft: Draft, table: Table, index: Index) -> None:
    """Note indexes of partitions that become parts of a new index of the whole table, and then go with it."""
    for part in [one for one in draft.tables.values() if partition(one.name) in table.traits and not index.only]:
        if any(one.columns == index.columns for one in part.indexes.values()):
            text = f"an index of `{part.name}` may become a part of `{index.name}`, and go with it"
            draft.note(Remark.VAGUE, text, table.name)


def _check_partitions(draft: Draft, table: Table, *, concurrently: bool) -> None:
    if concurrently and table.is_partitioned:
        text = f"an index of `{table.name}`, which has partitions, is neither built nor dropped concurrently"
        draft.clash(Clash.PARTITIONED, text, table.name)


def rename(draft: Draft, name: Name, to: str, table: Name | None = None) -> None:
    """Rename an index."""
    old, new, holder = stored(name.name), stored(to), owner(draft, name, table)
    if holder is not None and old in holder.constraints:
        constraints.rename(draft, holder.name, old, new)
        return
    if holder is None or old not in holder.indexes:
        draft.note(Remark.DOUBT, f"the index `{old}` is not known")
        return
    indexes = {
        new if at == old else at: replace(one, name=new) if at == old else one for at, one in holder.indexes.items()
    }
    draft.change(holder, indexes=indexes)
