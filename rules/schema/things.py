"""Objects that are no tables: made, dropped, renamed, moved and altered, with what depends on them."""

from dataclasses import replace
from typing import Any, Final

from rules.schema import tables
from rules.schema.dependence import depends
from rules.schema.draft import Draft, key
from rules.schema.model import UNSURE, Table, Thing, ThingKey
from rules.schema.notes import Assumption, Clash, Remark
from rules.schema.text import names, next_value
from rules.sql.effects import Kind
from rules.sql.names import Name

TYPES: Final = frozenset({Kind.TYPE, Kind.DOMAIN})


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


def check_replaced(draft: Draft, old: Thing, new: Thing) -> None:
    """Note what PostgreSQL refuses to replace: a view cannot lose columns, or have them renamed."""
    if old.kind is not Kind.VIEW or old.definition == new.definition:
        return
    if old.columns is None or new.columns is None:
        draft.note(Remark.VAGUE, f"the view `{old.name}` can gain columns by being replaced, not lose them")
    elif new.columns[: len(old.columns)] != old.columns:
        text = f"the view `{old.name}` cannot lose or rename columns by being replaced"
        draft.clash(Clash.REFUSED, text)


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
    if gone.kind is Kind.MATERIALIZED_VIEW:
        draft.tables.pop(gone.name, None)
    _drop_within(draft, gone, cascade=cascade)
    for user in [user for user, thing in draft.things.items() if depends(thing, gone)]:
        if cascade:
            del draft.things[user]
        else:
            draft.clash(Clash.IN_USE, f"`{gone.name}` is dropped while the {user[0].value} `{user[2]}` uses it")
    how = "is of this type" if gone.kind in TYPES else "uses it"
    for table, column in _using(draft, gone):
        draft.clash(Clash.IN_USE, f"`{gone.name}` is dropped while `{table}.{column}` {how}", table)


def _drop_within(draft: Draft, gone: Thing, *, cascade: bool) -> None:
    """Drop what lies in a schema that is dropped."""
    if gone.kind is not Kind.SCHEMA:
        return
    for name in [name for name in draft.tables if name.prefix == gone.name.name]:
        if not cascade:
            draft.clash(Clash.IN_USE, f"the schema `{gone.name}` is dropped while it holds `{name}`", name)
        elif name in draft.tables:
            tables.drop(draft, name, cascade=True)
    if cascade:
        draft.things = {at: one for at, one in draft.things.items() if one.name.prefix != gone.name.name}


def _using(draft: Draft, gone: Thing) -> list[tuple[Name, str]]:
    """Return the columns that are of a type, or have a default of a function or sequence."""
    if gone.kind in TYPES:
        return _typed(draft, gone.name.name)
    called = gone.kind in {Kind.FUNCTION, Kind.SEQUENCE}
    return [
        (table.name, column.name)
        for table in draft.tables.values()
        for column in (table.columns.values() if called else ())
        if isinstance(column.default, str) and _names(column.default, gone)
    ]


def _names(default: str, gone: Thing) -> bool:
    if gone.kind is Kind.SEQUENCE:
        return default == next_value(gone.name) or f"'{gone.name}'" in default
    return names(default, gone.name.name)


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
    if old.kind in TYPES:
        for table, column in _typed(draft, old.name.name):
            kind = draft.tables[table].columns[column].type
            draft.change_column(table, column, type=str(kind).replace(old.name.name, new.name, 1))


def _typed(draft: Draft, kind: str) -> list[tuple[Name, str]]:
    """Return the columns of a type that migrations made, or of arrays of it."""
    return [
        (table.name, column.name)
        for table in draft.tables.values()
        for column in table.columns.values()
        if column.type is not UNSURE and column.type.removesuffix("[]") == kind
    ]


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
