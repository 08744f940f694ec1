"""What each statement does to the tables that it meets: locks, reading, rewriting, for PostgreSQL 10 to 18."""

from collections.abc import Iterator
from itertools import groupby

from rules.postgres.effects.altering import Alteration
from rules.postgres.effects.effect import Effect, merged
from rules.postgres.effects.others import of_index_made, of_object, of_rows, of_session, of_table_made
from rules.postgres.locks import Lock
from rules.postgres.statements import Statement
from rules.schema.model import Schema, key
from rules.sql import effects as sql
from rules.sql.names import Name
from rules.sql.parts import ForeignKey
from rules.sql.reader import read
from rules.sql.statements import SqlStatement

__all__ = ["Effect", "effects", "merged", "unknown"]


def effects(statement: Statement, schema: Schema, version: int) -> tuple[Effect, ...]:
    """Return what *statement* does to tables that were there before it, one effect a table.

    *schema* is what it meets, *version* PostgreSQL's major version, 10 to 18. What cannot be read does nothing here:
    ask `unknown`. Views that it reads through, functions that it calls and partitions are not followed.
    """
    found = [effect for one in read(statement.sql) for effect in _of(one, schema, version)]
    return tuple(merged(found))


def unknown(statement: Statement) -> str | None:
    """Return why it is not known what *statement* does; None where it is known."""
    told = (effect.reason for one in read(statement.sql) for effect in one.effects if isinstance(effect, sql.Unknown))
    return next(told, None)


def _of(statement: SqlStatement, schema: Schema, version: int) -> Iterator[Effect]:
    made = {key(effect.table) for effect in statement.effects if isinstance(effect, sql.TableCreated)}
    for kind, group in groupby(statement.effects, _table_altered):
        if kind is not None:
            actions = tuple(effect for effect in group if isinstance(effect, sql.TableAction))
            yield from Alteration(schema.table(kind), actions, schema, version).effects()
        else:
            for effect in group:
                yield from (one for one in _alone(effect, statement, schema) if key(one.on) not in made)


def _table_altered(effect: sql.Effect) -> Name | None:
    return effect.table if isinstance(effect, sql.TableAction) else None


def _alone(effect: sql.Effect, statement: SqlStatement, schema: Schema) -> Iterator[Effect]:
    if isinstance(effect, sql.TableCreated):
        yield from of_table_made(effect, schema)
        seen = statement.tables - {reference.table for reference in _references(effect)}
        yield from of_rows(sql.RowsRead(), seen, schema)
    elif isinstance(effect, sql.IndexCreated):
        yield from of_index_made(effect, schema)
    elif isinstance(effect, sql.ColumnRenamed | sql.ConstraintRenamed):
        yield Effect(Lock.ACCESS_EXCLUSIVE, effect.table)
    elif isinstance(effect, sql.ObjectEffect):
        yield from of_object(effect, schema)
    elif isinstance(effect, sql.RowEffect):
        yield from of_rows(effect, statement.tables, schema)
    elif isinstance(effect, sql.SessionEffect):
        yield from of_session(effect, schema)


def _references(made: sql.TableCreated) -> Iterator[ForeignKey]:
    yield from (one.references for one in made.constraints if one.references is not None)
