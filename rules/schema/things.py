"""Objects that are no tables: made, dropped and renamed, with what depends on them."""

from dataclasses import replace

from rules.schema.dependence import depends
from rules.schema.draft import Draft
from rules.schema.model import UNSURE, Table, Thing, ThingKey
from rules.schema.notes import Clash, Remark
from rules.sql.effects import Kind
from rules.sql.names import Name


def put(draft: Draft, thing: Thing) -> None:
    """Make or replace an object that is no table."""
    draft.things[thing.kind, thing.table, thing.name] = replace(thing, version=draft.start.version)
    if thing.kind is Kind.MATERIALIZED_VIEW and thing.name not in draft.tables:
        draft.tables[thing.name] = Table(thing.name, whole=False)  # it has indexes, as a table has
        draft.fresh.add(thing.name)


def drop(draft: Draft, at: ThingKey, *, if_exists: bool = False, cascade: bool = False) -> None:
    """Drop an object that is no table; what depends on it goes with a cascade, or is in the way."""
    if draft.things.pop(at, None) is None and (not draft.whole or not if_exists):
        draft.note(Remark.DOUBT, f"the {at[0].value} `{at[2]}` was not made by a migration that we could read")
    if at[0] is Kind.MATERIALIZED_VIEW:
        draft.tables.pop(at[2], None)
    for user in [at_ for at_, thing in draft.things.items() if depends(thing, at)]:
        if not cascade:
            draft.clash(Clash.IN_USE, f"`{at[2]}` is dropped while the {user[0].value} `{user[2]}` uses it")
        del draft.things[user]
    for table, column in _typed(draft, at[2].name) if at[0] in {Kind.TYPE, Kind.DOMAIN} else ():
        draft.clash(Clash.IN_USE, f"`{at[2]}` is dropped while `{table}.{column}` is of this type", table)


def retype(draft: Draft, old: str, new: str) -> None:
    """Give the columns of a renamed type its new name."""
    for table, column in _typed(draft, old):
        kind = draft.tables[table].columns[column].type
        draft.change_column(table, column, type=kind if kind is UNSURE else kind.replace(old, new, 1))


def _typed(draft: Draft, kind: str) -> list[tuple[Name, str]]:
    """Return the columns of a type that migrations made, or of arrays of it."""
    return [
        (table.name, column.name)
        for table in draft.tables.values()
        for column in table.columns.values()
        if column.type is not UNSURE and column.type.removesuffix("[]") == kind
    ]
