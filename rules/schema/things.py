"""Objects that are no tables: made, dropped, renamed, moved and altered, with what depends on them."""

from dataclasses import replace
from typing import Any

from rules.schema import columns, constraints, tables
from rules.schema.dependence import CALLED, TYPES, VIEWS, depends, without_indexes
from rules.schema.draft import Draft
from rules.schema.falling import fall
from rules.schema.model import UNSURE, Column, Index, Table, Thing, ThingKey, key, unsigned
from rules.schema.notes import Assumption, Clash, Remark
from rules.schema.text import next_value
from rules.schema.users import Part, has_default_of, users_among
from rules.sql.effects import Kind
from rules.sql.names import Name


def put(draft: Draft, thing: Thing) -> None:
    """Make or replace an object that is no table."""
    draft.things[thing.key] = replace(thing, version=draft.start.version)
    if thing.kind is Kind.MATERIALIZED_VIEW and thing.name not in draft.tables:
        draft.tables[thing.name] = Table(thing.name, whole=False)  # it has indexes, as a table has
        draft.fresh.add(thing.name)


def known(draft: Draft, at: ThingKey) -> Thing:
    """Return the object; where none is known, assume one of which nothing is known."""
    if at not in draft.things:
        draft.assume(Assumption(at[1], thing=at))
        draft.things[at] = Thing(at[0], at[2], UNSURE, at[1])
    return draft.things[at]


def drop(draft: Draft, at: ThingKey, *, if_exists: bool = False, cascade: bool = False) -> None:
    """Drop an object that is no table; what depends on it goes with a cascade, or is in the way."""
    if at[0] is Kind.SEQUENCE and _drop_owned(draft, at[2], cascade=cascade):
        return
    if at not in draft.things and if_exists:
        if not draft.whole:
            draft.note(Remark.DOUBT, f"the {at[0].value} `{at[2]}` may or may not be there")
        return
    gone = known(draft, at)
    del draft.things[at]
    _drop_within(draft, gone, cascade=cascade)
    _drop_own(draft, gone)
    if not _is_one_of_several(draft, gone):
        _drop_users(draft, gone, cascade=cascade)


def _is_one_of_several(draft: Draft, gone: Thing) -> bool:
    """Tell whether other functions have its name, so that what calls one may mean another; doubt what depends then."""
    names = {unsigned(at[2]) for at in draft.things if at[0] in CALLED}
    if gone.kind not in CALLED or gone.name not in names:
        return False
    if users_among(draft.tables.values(), gone) or any(depends(thing, gone) for thing in draft.things.values()):
        draft.note(Remark.DOUBT, f"which of the functions `{gone.name}` is used is not known")
    return True


def _drop_users(draft: Draft, gone: Thing, *, cascade: bool) -> None:
    """Drop what depends on an object, or note that it is in the way."""
    users = [user for user, thing in draft.things.items() if depends(thing, gone) and user[2] not in draft.leaving]
    if cascade:
        fall(draft, users)
        for table, part in users_among(draft.tables.values(), gone):
            _let_go(draft, table, part, gone)
        return
    for user in users:
        draft.clash(Clash.IN_USE, f"`{gone.name}` is dropped while the {user[0].value} `{user[2]}` uses it")
    for table, part in users_among(draft.tables.values(), gone):
        draft.clash(Clash.IN_USE, f"`{gone.name}` is dropped while {_shown(table, part, gone)}", table)


def _drop_own(draft: Draft, gone: Thing) -> None:
    """Drop what goes with an object in any case: a view's triggers and indexes, and that a trigger was disabled."""
    if gone.kind is Kind.MATERIALIZED_VIEW:
        draft.tables.pop(gone.name, None)
    if gone.kind in VIEWS:
        draft.things = {at: thing for at, thing in draft.things.items() if thing.table != gone.name}
    table = draft.tables.get(gone.table) if gone.kind is Kind.TRIGGER and gone.table else None
    if table is not None:
        kept = {trait: value for trait, value in table.traits.items() if trait != f"trigger {gone.name}"}
        draft.change(table, traits=kept)


def _shown(table: Name, part: Part, gone: Thing) -> str:
    if not isinstance(part, Column):
        return f"`{part.name}` of `{table}` uses it"
    return f"`{table}.{part.name}` {'is of this type' if gone.kind in TYPES else 'uses it'}"


def _let_go(draft: Draft, table: Name, part: Part, gone: Thing) -> None:
    """Drop a part of a table, or a column's default alone, in a cascade."""
    found = draft.tables.get(table)
    if found is None or part.name not in {**found.columns, **found.indexes, **found.constraints}:
        return  # it has fallen with another
    if isinstance(part, Index):
        draft.tables[table] = without_indexes(found, [part.name])
    elif isinstance(part, Column) and has_default_of(part, gone):
        draft.change_column(table, part.name, default=None)
    elif isinstance(part, Column):
        columns.drop(draft, table, part.name, cascade=True)
    else:
        constraints.drop(draft, table, part.name, cascade=True)


def _drop_within(draft: Draft, gone: Thing, *, cascade: bool) -> None:
    """Drop what lies in a schema that is dropped, or note that it is in the way."""
    if gone.kind is not Kind.SCHEMA:
        return
    held = [name for name in draft.tables if name.prefix == gone.name.name]
    others = [at for at in draft.things if at[1] is None and at[2].prefix == gone.name.name]
    if not cascade:
        for kind, name in [("table", name) for name in held] or [(at[0].value, at[2]) for at in others]:
            text = f"the schema `{gone.name}` is dropped while it holds the {kind} `{name}`"
            draft.clash(Clash.IN_USE, text, name if name in held else None)
        return
    for name in held:
        tables.drop(draft, name, if_exists=True, cascade=True)
    for at in others:
        drop(draft, at, if_exists=True, cascade=True)


def rename(draft: Draft, at: ThingKey, to: str) -> None:
    """Rename an object, also where columns have it as their type or sequence."""
    _become(draft, at, Name(at[2].prefix, to))


def move(draft: Draft, at: ThingKey, prefix: str | None) -> None:
    """Take an object to another schema."""
    _become(draft, at, Name(prefix, at[2].name if at not in draft.things else draft.things[at].name.name))


def _become(draft: Draft, at: ThingKey, new: Name) -> None:
    if at[0] is Kind.SEQUENCE and _rename_owned(draft, at[2], new):
        return
    old = known(draft, at)
    del draft.things[at]
    if old.kind is Kind.MATERIALIZED_VIEW and old.name in draft.tables:
        tables.move(draft, old.name, new.prefix, new.name)
    put(draft, replace(old, name=new))
    for user, thing in draft.things.items():
        if thing.kind not in CALLED and user != at and depends(thing, old):
            draft.things[user] = replace(thing, is_stale=True)
    if old.kind in TYPES:
        for table, column in users_among(draft.tables.values(), old):
            if isinstance(column, Column):
                kind = str(column.type).replace(str(old.name), str(new), 1)
                draft.change_column(table, column.name, type=kind)


# --- sequences -------------------------------------------------------------------------------------------------------


def own(draft: Draft, sequence: Name, table: Name | None, column: str | None) -> None:
    """Give a sequence to a column, with which it will go; or to none."""
    for owner, name in _owners(draft, sequence):
        draft.change_column(owner, name, sequence=None)
        put(draft, Thing(Kind.SEQUENCE, sequence, f"CREATE SEQUENCE {sequence}"))
    if table is not None and column is not None:
        draft.things.pop((Kind.SEQUENCE, None, sequence), None)
        draft.change_column(table, column, sequence=sequence)


def _drop_owned(draft: Draft, sequence: Name, *, cascade: bool) -> bool:
    owners = _owners(draft, sequence)
    for table, column in owners:
        changes: dict[str, Any] = {"sequence": None}
        if draft.tables[table].columns[column].is_serial:
            changes["default"] = None
            if not cascade:
                draft.clash(Clash.IN_USE, f"`{sequence}` is dropped while it numbers `{table}.{column}`", table)
        draft.change_column(table, column, **changes)
    return bool(owners)


def _rename_owned(draft: Draft, sequence: Name, new: Name) -> bool:
    owners = _owners(draft, sequence)
    for table, column in owners:
        default = draft.tables[table].columns[column].default
        default = next_value(new) if default == next_value(sequence) else default
        draft.change_column(table, column, sequence=key(new), default=default)
    return bool(owners)


def _owners(draft: Draft, sequence: Name) -> list[tuple[Name, str]]:
    return [
        (table.name, column.name)
        for table in draft.tables.values()
        for column in table.columns.values()
        if column.sequence == sequence
    ]
