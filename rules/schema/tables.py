"""Tables made, dropped and renamed, with everything that PostgreSQL changes along with them."""

from dataclasses import replace
from itertools import count

from rules.schema import columns, constraints
from rules.schema.dependence import CALLED, foreign_keys, needs_table, refers
from rules.schema.draft import Draft
from rules.schema.falling import fall
from rules.schema.model import UNSURE, PrimaryKey, Table, Thing, Unique, key
from rules.schema.notes import Clash, Remark
from rules.schema.text import name_replaced, next_value
from rules.schema.users import columns_counting_on
from rules.sql.effects import Kind
from rules.sql.names import Name, object_name, stored


def create(draft: Draft, table: Table, *, if_not_exists: bool = False) -> None:
    """Make a table; one that is there already is kept or gives way, as the statement says."""
    known = draft.tables.get(table.name)
    if known is not None and if_not_exists:
        return
    if known is not None:
        draft.clash(Clash.TAKEN, f"`{table.name}` is created, but it is already there", table.name)
    elif if_not_exists and not draft.whole:
        draft.note(Remark.DOUBT, f"`{table.name}` may have been there before", table.name)
    draft.tables[table.name] = replace(_named_apart(draft, table), version=draft.start.version)
    draft.fresh.add(table.name)
    for column in table.columns.values():
        columns.check(draft, table.name, column)
    for foreign in foreign_keys(table):
        constraints.check_target(draft, table, foreign)


def _named_apart(draft: Draft, table: Table) -> Table:
    """Return *table* with a primary key whose name no other table has, as PostgreSQL chooses it."""
    taken = taken_beside(draft, table.name)
    parts = dict(table.constraints)
    for one in table.constraints.values():
        if isinstance(one, PrimaryKey) and one.name in taken:
            del parts[one.name]
            names = (object_name(table.name.name, "", f"pkey{number}") for number in count(1))
            free = next(name for name in names if name not in taken)
            parts[free] = replace(one, name=free)
    return replace(table, constraints=parts)


def taken_beside(draft: Draft, name: Name) -> set[str]:
    """Return the names that an index of the table *name* cannot have, for those of others in its schema have them."""
    near = [one for one in draft.tables.values() if one.name.prefix == key(name).prefix and one.name != key(name)]
    return {
        part
        for one in near
        for part in (*one.indexes, *(k for k, c in one.constraints.items() if isinstance(c, PrimaryKey | Unique)))
    }


def drop(draft: Draft, name: Name, *, if_exists: bool = False, cascade: bool = False) -> None:
    """Drop a table with all that is on it; what refers to it elsewhere goes with a cascade, or is in the way."""
    name = key(name)
    if name not in draft.tables and if_exists:
        if not draft.whole:
            draft.note(Remark.DOUBT, f"`{name}` may or may not be there", name)
        return
    draft.table(name)
    for other in [one for one in draft.tables.values() if one.name != name]:
        for constraint in [one for one in other.constraints.values() if refers(one, name)]:
            if not cascade and other.name not in draft.leaving:
                draft.clash(Clash.IN_USE, f"`{name}` is dropped while `{constraint.name}` refers to it", name)
            constraints.drop(draft, other.name, constraint.name)
    _drop_users(draft, name, cascade=cascade)
    if not cascade:
        _check_counted_on(draft, draft.tables[name])
    _drop_heirs(draft, draft.tables[name], cascade=cascade)
    _follow_partition(draft, name, None)
    if name not in draft.fresh:
        draft.note(Remark.LOSS, f"the rows of `{name}`", name)
    draft.fresh.discard(name)
    del draft.tables[name]
    draft.things = {at: _without(thing, name) for at, thing in draft.things.items() if not _is_of(thing, name)}


def _check_counted_on(draft: Draft, table: Table) -> None:
    """Note columns of other tables that need a table's type, or its sequences."""
    for other, column in columns_counting_on(draft.tables.values(), table):
        if other not in draft.leaving:
            draft.clash(Clash.IN_USE, f"`{table.name}` is dropped while `{other}.{column}` uses it", table.name)


def _is_of(thing: Thing, table: Name) -> bool:
    """Tell whether an object goes with a table, whether or not there is a cascade."""
    return thing.table == table or (thing.kind is Kind.STATISTICS and table in thing.uses)


def _without(thing: Thing, table: Name) -> Thing:
    """Return an object when a table is gone: a publication publishes it no more."""
    return replace(thing, definition=UNSURE) if thing.kind is Kind.PUBLICATION and table in thing.uses else thing


def _drop_heirs(draft: Draft, table: Table, *, cascade: bool) -> None:
    """Drop the partitions of a table, which go with it, and in a cascade those that inherit from it."""
    for heir in [one for one in draft.tables.values() if partition(one.name) in table.traits]:
        drop(draft, heir.name, cascade=cascade)
    for heir in [one for one in draft.tables.values() if inheritance(table.name) in one.traits]:
        if not cascade and heir.name not in draft.leaving:
            draft.clash(Clash.IN_USE, f"`{table.name}` is dropped while `{heir.name}` inherits from it", table.name)
        elif cascade:
            drop(draft, heir.name, cascade=True)


def rename(draft: Draft, name: Name, to: str) -> None:
    """Rename a table; foreign keys, triggers and indexes follow it under their own names."""
    _become(draft, draft.table(name), Name(key(name).prefix, stored(to)))


def move(draft: Draft, name: Name, prefix: str | None, to: str | None = None) -> None:
    """Take a table to another schema, with the sequences of its columns."""
    table = draft.table(name)
    for column in [one for one in table.columns.values() if one.sequence is not None]:
        sequence = Name(prefix, column.sequence.name) if column.sequence else None
        default = next_value(sequence) if sequence and column.is_serial else column.default
        draft.put_column(table.name, replace(column, sequence=sequence, default=default))
    _become(draft, draft.table(table.name), Name(prefix, to or table.name.name))


def _become(draft: Draft, table: Table, new: Name) -> None:
    if new in draft.tables:
        draft.clash(Clash.TAKEN, f"`{table.name}` is renamed, but `{new}` is already there", new)
    del draft.tables[table.name]
    draft.tables[new] = replace(table, name=new)
    for names in (draft.fresh, draft.born):
        if table.name in names:
            names.remove(table.name)
            names.add(new)
    for other in list(draft.tables.values()):
        keys = {one.name: replace(one, target=new) for one in foreign_keys(other) if one.target == table.name}
        if keys:
            draft.change(other, constraints={**other.constraints, **keys})
    _follow_partition(draft, table.name, new)
    for at, thing in list(draft.things.items()):
        if table.name in thing.uses or thing.table == table.name:
            del draft.things[at]
            followed = _following(thing, table.name, new)
            draft.things[followed.key] = followed


def partition(name: Name) -> str:
    """Return the trait of a partitioned table that tells one of its partitions."""
    return f"partition {key(name)}"


def inheritance(name: Name) -> str:
    """Return the trait of a table that tells from which one it inherits."""
    return f"inheritance from {key(name)}"


def _follow_partition(draft: Draft, old: Name, new: Name | None) -> None:
    """Let a partitioned table know its partition by its new name, or not at all."""
    for parent in [one for one in draft.tables.values() if partition(old) in one.traits]:
        rest = {trait: value for trait, value in parent.traits.items() if trait != partition(old)}
        bounds = parent.traits[partition(old)]
        draft.change(parent, traits=rest if new is None else {**rest, partition(new): bounds})


def _following(thing: Thing, old: Name, new: Name) -> Thing:
    """Return a view or a trigger after its table was renamed, which it follows."""
    sql, follows = thing.definition, thing.kind not in CALLED  # the body of a function stays as it was written
    return replace(
        thing,
        table=new if thing.table == old else thing.table,
        uses=frozenset(new if name == old else name for name in thing.uses),
        definition=name_replaced(sql, old.name, new.name) if isinstance(sql, str) and follows else sql,
        is_stale=thing.is_stale or not follows,
    )


def check_truncated(draft: Draft, name: Name) -> None:
    """Note the foreign keys that keep a table from being truncated by itself."""
    for other in draft.tables.values() if name in draft.tables else ():
        if other.name != name and any(refers(one, name) for one in other.constraints.values()):
            draft.clash(Clash.IN_USE, f"`{name}` is truncated while `{other.name}` refers to it", name)


def _drop_users(draft: Draft, name: Name, *, cascade: bool) -> None:
    users = [at for at, thing in draft.things.items() if needs_table(thing, name) and at[2] not in draft.leaving]
    for at in users:
        if not cascade:
            draft.clash(Clash.IN_USE, f"`{name}` is dropped while the {at[0].value} `{at[2]}` uses it", name)
    fall(draft, users)
