"""Indexes made, dropped and renamed; their names are unique among all tables of a schema."""

from dataclasses import replace

from rules.schema import constraints, rows
from rules.schema.dependence import foreign_keys, plain_columns
from rules.schema.draft import Draft, key
from rules.schema.model import Index, PrimaryKey, Table, Unique
from rules.schema.notes import Assumption, Clash, Remark
from rules.schema.things import known
from rules.sql.effects import Kind
from rules.sql.names import Name, stored


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
    if holder and index.name in holder.indexes:
        if if_not_exists:
            return
        draft.clash(Clash.TAKEN, f"an index `{index.name}` is already there", found.name)
    elif if_not_exists and not found.whole:
        draft.note(Remark.DOUBT, f"an index `{index.name}` may have been there before", found.name)
    if index.unique is True:
        rows.check_index(draft, found, index)
    draft.change(found, indexes={**found.indexes, index.name: index})


def drop(
    draft: Draft, name: Name, table: Name | None = None, *, if_exists: bool = False, concurrently: bool = False
) -> None:
    """Drop an index, wherever it is."""
    index, holder = stored(name.name), owner(draft, name, table)
    if holder and index in holder.indexes:
        _check_partitions(draft, holder, concurrently=concurrently)
        _check_needed(draft, holder, index)
        draft.change(holder, indexes={at: one for at, one in holder.indexes.items() if at != index})
    elif if_exists:
        if not draft.whole or (holder and not holder.whole):
            draft.note(Remark.DOUBT, f"an index `{index}` may or may not be there", holder.name if holder else None)
    elif holder and index in holder.constraints:
        draft.clash(Clash.IN_USE, f"`{index}` is the index of a constraint", holder.name)
    elif table is None:
        known(draft, (Kind.INDEX, None, key(name)))  # of a table that we do not know
        del draft.things[Kind.INDEX, None, key(name)]
    else:
        if draft.table(table).whole:
            draft.clash(Clash.MISSING, f"`{key(table)}` has no index `{index}`", key(table))
        draft.assume(Assumption(key(table), index=index))


def _check_partitions(draft: Draft, table: Table, *, concurrently: bool) -> None:
    if concurrently and table.is_partitioned:
        text = f"an index of `{table.name}`, which has partitions, is neither built nor dropped concurrently"
        draft.clash(Clash.PARTITIONED, text, table.name)


def _check_needed(draft: Draft, table: Table, index: str) -> None:
    """Note a foreign key that refers to what only this index keeps unique."""
    columns = set(plain_columns(table.indexes[index]))
    unique = [plain_columns(one) for one in table.indexes.values() if one.unique is True and one.name != index]
    unique += [list(one.columns) for one in table.constraints.values() if isinstance(one, PrimaryKey | Unique)]
    if table.indexes[index].unique is not True or columns in map(set, unique):
        return
    for foreign in [one for other in draft.tables.values() for one in foreign_keys(other)]:
        if foreign.target == table.name and set(foreign.target_columns) == columns:
            draft.clash(Clash.IN_USE, f"`{index}` is dropped while `{foreign.name}` refers to it", table.name)


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
