"""Tables made, dropped and renamed, with everything that PostgreSQL changes along with them."""

from dataclasses import replace

from rules.schema import columns, constraints
from rules.schema.dependence import foreign_keys, refers
from rules.schema.draft import Draft, key
from rules.schema.model import Table, Thing
from rules.schema.notes import Clash, Remark
from rules.schema.text import name_replaced, next_value
from rules.sql.effects import Kind
from rules.sql.names import Name, stored


def create(draft: Draft, table: Table, *, if_not_exists: bool = False) -> None:
    """Make a table; one that is there already is kept or gives way, as the statement says."""
    known = draft.tables.get(table.name)
    if known is not None and if_not_exists:
        return
    if known is not None:
        draft.clash(Clash.TAKEN, f"`{table.name}` is created, but it is already there", table.name)
    elif if_not_exists and not draft.whole:
        draft.note(Remark.DOUBT, f"`{table.name}` may have been there before", table.name)
    draft.tables[table.name] = replace(table, version=draft.start.version)
    draft.fresh.add(table.name)
    for column in table.columns.values():
        columns.check(draft, table.name, column)
    for foreign in foreign_keys(table):
        constraints.check_target(draft, table, foreign)


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
            if not cascade:
                draft.clash(Clash.IN_USE, f"`{name}` is dropped while `{constraint.name}` refers to it", name)
            constraints.drop(draft, other.name, constraint.name)
    _drop_users(draft, name, cascade=cascade)
    _follow_partition(draft, name, None)
    if name not in draft.fresh:
        draft.note(Remark.LOSS, f"the rows of `{name}`", name)
    draft.fresh.discard(name)
    del draft.tables[name]
    draft.things = {at: thing for at, thing in draft.things.items() if thing.table != name}


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


def _follow_partition(draft: Draft, old: Name, new: Name | None) -> None:
    """Let a partitioned table know its partition by its new name, or not at all."""
    for parent in [one for one in draft.tables.values() if partition(old) in one.traits]:
        rest = {trait: value for trait, value in parent.traits.items() if trait != partition(old)}
        draft.change(parent, traits=rest if new is None else {**rest, partition(new): "on"})


def _following(thing: Thing, old: Name, new: Name) -> Thing:
    """Return a view or a trigger after its table was renamed, which it follows."""
    sql = thing.definition
    return replace(
        thing,
        table=new if thing.table == old else thing.table,
        uses=frozenset(new if name == old else name for name in thing.uses),
        definition=name_replaced(sql, old.name, new.name) if isinstance(sql, str) else sql,
    )


def check_truncated(draft: Draft, name: Name) -> None:
    """Note the foreign keys that keep a table from being truncated by itself."""
    for other in draft.tables.values() if name in draft.tables else ():
        if other.name != name and any(refers(one, name) for one in other.constraints.values()):
            draft.clash(Clash.IN_USE, f"`{name}` is truncated while `{other.name}` refers to it", name)


def _drop_users(draft: Draft, name: Name, *, cascade: bool) -> None:
    users = [
        at
        for at, thing in draft.things.items()
        if name in thing.uses and thing.kind in {Kind.VIEW, Kind.MATERIALIZED_VIEW}
    ]
    for at in users:
        if not cascade:
            draft.clash(Clash.IN_USE, f"`{name}` is dropped while the view `{at[2]}` uses it", name)
        del draft.things[at]
