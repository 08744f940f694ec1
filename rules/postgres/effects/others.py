"""The locks of everything but ALTER TABLE: tables made and dropped, indexes, views, triggers, rows, maintenance.

Source: the manual's list of lock modes and the statements' own pages; each is tried on a server by the tests.
"""

from collections.abc import Iterator
from typing import Final

from rules.postgres.effects.effect import Effect
from rules.postgres.locks import Lock
from rules.schema.dependence import foreign_keys
from rules.schema.model import Schema, Table, key
from rules.schema.objects import named
from rules.sql import effects as sql
from rules.sql.effects import Kind
from rules.sql.names import Name, stored

RELATIONS: Final = frozenset({Kind.TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW, Kind.FOREIGN_TABLE})
VIEWS: Final = frozenset({Kind.VIEW, Kind.MATERIALIZED_VIEW})
COMMENTED: Final = frozenset({Kind.TABLE, Kind.COLUMN, *VIEWS})
MAINTENANCE: Final = {
    "VACUUM": Effect(Lock.SHARE_UPDATE_EXCLUSIVE, Name(None, "")),
    "ANALYZE": Effect(Lock.SHARE_UPDATE_EXCLUSIVE, Name(None, "")),
    "VACUUM FULL": Effect(Lock.ACCESS_EXCLUSIVE, Name(None, ""), reads_table=True, rewrites_table=True),
    "CLUSTER": Effect(Lock.ACCESS_EXCLUSIVE, Name(None, ""), reads_table=True, rewrites_table=True),
    "REFRESH MATERIALIZED VIEW": Effect(Lock.ACCESS_EXCLUSIVE, Name(None, ""), reads_table=True, rewrites_table=True),
    "REINDEX": Effect(Lock.SHARE, Name(None, ""), reads_table=True),
}
CONCURRENTLY: Final = {"REFRESH MATERIALIZED VIEW": Lock.EXCLUSIVE, "REINDEX": Lock.SHARE_UPDATE_EXCLUSIVE}


def of_table_made(made: sql.TableCreated, schema: Schema) -> Iterator[Effect]:
    """Yield what CREATE TABLE does to tables that are there already."""
    if made.if_not_exists and key(made.table) in schema.tables:
        return
    for constraint in made.constraints:
        if constraint.references is not None:
            yield Effect(Lock.SHARE_ROW_EXCLUSIVE, constraint.references.table)
    if made.partition_of is not None:
        yield Effect(Lock.ACCESS_EXCLUSIVE, made.partition_of)


def of_index_made(made: sql.IndexCreated, schema: Schema) -> Iterator[Effect]:
    """Yield what CREATE INDEX does; a partitioned table alone has no rows to read."""
    table = schema.table(made.table)
    is_there = made.if_not_exists and stored(made.name or "") in table.indexes
    lock = Lock.SHARE_UPDATE_EXCLUSIVE if made.concurrently else Lock.SHARE
    yield Effect(lock, made.table, reads_table=not is_there and not (made.only and table.is_partitioned))


def of_object(effect: sql.ObjectEffect, schema: Schema) -> Iterator[Effect]:
    """Yield what is done to tables when something is created, dropped, renamed, moved or commented."""
    match effect:
        case sql.ObjectCreated():
            yield from _created(effect, schema)
        case sql.ObjectDropped():
            yield from _dropped(effect, schema)
        case sql.ObjectRenamed(table=Name() as table):
            yield Effect(Lock.ACCESS_EXCLUSIVE, table)
        case sql.ObjectRenamed(kind=kind, name=name) | sql.ObjectMoved(kind=kind, name=name) if kind in RELATIONS:
            yield Effect(Lock.ACCESS_EXCLUSIVE, name)
        case sql.Commented(kind=kind, name=name, column=part) if kind in COMMENTED or part is not None:
            yield Effect(Lock.SHARE_UPDATE_EXCLUSIVE if kind in COMMENTED else Lock.ACCESS_SHARE, name)
        case sql.ObjectAltered(kind=Kind.DOMAIN, name=name):
            yield from (Effect(Lock.SHARE, table.name, None) for table in _having(name, schema))
        case _:
            pass


def _created(made: sql.ObjectCreated, schema: Schema) -> Iterator[Effect]:
    match made.kind:
        case Kind.TRIGGER if made.table is not None:
            yield Effect(Lock.SHARE_ROW_EXCLUSIVE, made.table)
        case Kind.POLICY | Kind.RULE if made.table is not None:
            yield Effect(Lock.ACCESS_EXCLUSIVE, made.table)
        case Kind.STATISTICS:
            yield from (Effect(Lock.SHARE_UPDATE_EXCLUSIVE, name) for name in made.uses)
        case Kind.VIEW | Kind.MATERIALIZED_VIEW:
            yield from (Effect(Lock.ACCESS_SHARE, name) for name in made.uses)
            if made.replace and any(at in schema.things for at in named(schema.things, made)):
                yield Effect(Lock.ACCESS_EXCLUSIVE, made.name)
        case _:
            pass


def _dropped(dropped: sql.ObjectDropped, schema: Schema) -> Iterator[Effect]:
    match dropped.kind:
        case Kind.TABLE:
            yield from _table_dropped(dropped, schema)
        case Kind.INDEX:
            lock = Lock.SHARE_UPDATE_EXCLUSIVE if dropped.concurrently else Lock.ACCESS_EXCLUSIVE
            yield from (Effect(lock, table.name) for table in owners(dropped.name, schema))
        case Kind.VIEW | Kind.MATERIALIZED_VIEW | Kind.FOREIGN_TABLE:
            yield Effect(Lock.ACCESS_EXCLUSIVE, dropped.name)
        case Kind.TRIGGER | Kind.POLICY | Kind.RULE if dropped.table is not None:
            yield Effect(Lock.ACCESS_EXCLUSIVE, dropped.table)
        case Kind.TYPE | Kind.DOMAIN if dropped.cascade:
            yield from (Effect(Lock.ACCESS_EXCLUSIVE, table.name) for table in _having(dropped.name, schema))
        case Kind.SCHEMA if dropped.cascade:
            inside = (name for name in schema.tables if name.prefix == dropped.name.name)
            yield from (Effect(Lock.ACCESS_EXCLUSIVE, name) for name in inside)
        case _:
            pass


def _table_dropped(dropped: sql.ObjectDropped, schema: Schema) -> Iterator[Effect]:
    table = schema.tables.get(key(dropped.name))
    if table is None and dropped.if_exists and schema.whole:
        return
    yield Effect(Lock.ACCESS_EXCLUSIVE, dropped.name)
    yield from (Effect(Lock.ACCESS_EXCLUSIVE, own.target) for own in foreign_keys(schema.table(dropped.name)))
    if dropped.cascade:
        yield from (Effect(Lock.ACCESS_EXCLUSIVE, other.name) for other, _ in _referring(key(dropped.name), schema))
        yield from (Effect(Lock.ACCESS_EXCLUSIVE, name) for name in _views_of(key(dropped.name), schema))


def of_rows(effect: sql.RowEffect, named: frozenset[Name], schema: Schema) -> Iterator[Effect]:
    """Yield what a statement does that reads or writes rows, foreign keys included; *named* are all its relations."""
    reading = Lock.ROW_SHARE if isinstance(effect, sql.RowsRead) and effect.locks_rows else Lock.ACCESS_SHARE
    yield from (Effect(reading, name) for name in named)
    if isinstance(effect, sql.RowsRead):
        return
    table = schema.table(effect.table)
    if effect.how == "truncate":
        yield Effect(Lock.ACCESS_EXCLUSIVE, effect.table)
        if effect.cascade:
            yield from (Effect(Lock.ACCESS_EXCLUSIVE, other.name) for other, _ in _referring(table.name, schema))
        return
    everything = effect.how in {"update", "delete"} and not effect.filtered
    yield Effect(Lock.ROW_EXCLUSIVE, effect.table, everything)
    if effect.how == "delete":
        for other, action in _referring(table.name, schema):
            yield Effect(Lock.ROW_SHARE if action in {"NO ACTION", "RESTRICT"} else Lock.ROW_EXCLUSIVE, other.name)
    else:
        for own in foreign_keys(table):
            if effect.how != "update" or set(own.columns) & set(effect.columns):
                yield Effect(Lock.ROW_SHARE, own.target)


def of_session(effect: sql.SessionEffect, schema: Schema) -> Iterator[Effect]:
    """Yield what LOCK, VACUUM, CLUSTER, REINDEX and REFRESH do."""
    if isinstance(effect, sql.Locked):
        yield Effect(Lock(effect.mode), effect.table)
    if not isinstance(effect, sql.Maintained) or effect.name is None or effect.action not in MAINTENANCE:
        return
    usual = MAINTENANCE[effect.action]
    lock = CONCURRENTLY.get(effect.action, usual.lock) if effect.concurrently else usual.lock
    anew = usual.rewrites_table and not effect.concurrently
    names = [table.name for table in owners(effect.name, schema)] if effect.kind is Kind.INDEX else [effect.name]
    yield from (Effect(lock, name, usual.reads_table, anew) for name in names)
    view = schema.things.get((Kind.MATERIALIZED_VIEW, None, key(effect.name)))
    if effect.action == "REFRESH MATERIALIZED VIEW" and view is not None:
        yield from (Effect(Lock.ACCESS_SHARE, name) for name in view.uses)


def owners(index: Name, schema: Schema) -> list[Table]:
    """Return the tables that have an index of that name: one, as far as one is known."""
    name, prefix = stored(index.name), key(index).prefix
    found = (table for table in schema.tables.values() if name in table.indexes or name in table.constraints)
    return [table for table in found if table.name.prefix == prefix]


def _referring(name: Name, schema: Schema) -> Iterator[tuple[Table, str]]:
    """Yield the tables with foreign keys to *name*, and what happens there when a row goes."""
    for other in schema.tables.values():
        for foreign in foreign_keys(other):
            if foreign.target == name and other.name != name:
                yield other, foreign.on_delete


def _views_of(name: Name, schema: Schema) -> Iterator[Name]:
    """Yield the views that read a table."""
    for thing in schema.things.values():
        if thing.kind in VIEWS and name in {key(used) for used in thing.uses}:
            yield thing.name


def _having(type_: Name, schema: Schema) -> Iterator[Table]:
    """Yield the tables with a column of a type."""
    for table in schema.tables.values():
        if any(column.type in {str(type_), type_.name, f"{type_.name}[]"} for column in table.columns.values()):
            yield table
