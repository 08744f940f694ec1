"""From what was said to what is meant: which tables, and every reading that the schema allows."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from rules.schema.model import Schema
from rules.sentences.after import after
from rules.sentences.columns import NewColumn
from rules.sentences.doing import add
from rules.sentences.folding import folded
from rules.sentences.intent import (
    AddColumns,
    AddExtension,
    AddIndex,
    CreateEnum,
    CreateTable,
    DropExtension,
    DropTable,
    Intent,
    RenameColumn,
    RenameTable,
)
from rules.sentences.names import Place, Senseless, Unknown, column_of, table_in
from rules.sentences.said import IT, SAME, Clause, Column, Every, Formula, Spoken, Tables, Target
from rules.sentences.traits import Target as Reference
from rules.sentences.traits import Trait
from rules.sql.names import Name

MAX_READINGS: Final = 16
MAX_TABLES: Final = 4  # of which somebody who names none may have thought
UNTOUCHED: Final = frozenset({"schema_migrations"})


@dataclass(frozen=True, slots=True)
class Context:
    """What was said so far: the schema after it, what it is, and which tables and columns "it" stands for."""

    schema: Schema
    intents: tuple[Intent, ...] = ()
    notes: tuple[str, ...] = ()
    tables: tuple[Name, ...] = ()
    it: tuple[str, ...] = ()
    doubts: int = 0  # what speaks against this reading, where there is another


def settle(clauses: tuple[Clause, ...], context: Context) -> list[Context]:
    """Return every reading of *clauses* after *context*; raise Unknown or Senseless where there is none."""
    found: list[Context] = []
    error: Unknown | Senseless = Senseless()
    for one in _shared(clauses):
        try:
            found += islice(_settled(one, context), MAX_READINGS - len(found))
        except (Unknown, Senseless) as problem:
            error = problem if isinstance(problem, Unknown) else error
    if not found:
        raise error
    return found


def _shared(clauses: tuple[Clause, ...]) -> Iterator[tuple[Clause, ...]]:
    """Yield what clauses can mean that share the tables at their end: all tables for each, or one table for each."""
    last = clauses[-1].target
    names = last.names if isinstance(last, Tables) else ()
    run = clauses[-len(names) :] if len(names) > 1 else ()
    alone = len(run) > 1 and all(clause.target is None and clause.placed for clause in run[:-1])
    each = last.each if isinstance(last, Tables) else True
    if not (len(names) > 1 and len(run) == len(names) and alone):
        yield tuple(_dealt(clauses) if each is False else clauses)
        return
    before = clauses[: -len(names)]
    if each is not False:
        yield clauses
    if each is not True:
        yield (*before, *(replace(one, target=Tables((name,))) for one, name in zip(run, names, strict=True)))


def _dealt(clauses: tuple[Clause, ...]) -> Iterator[Clause]:
    """Yield clauses of which the last deals its columns out: "phone and fax to users and shops respectively"."""
    *before, last = clauses
    yield from before
    columns = last.said[0] if last.said else ()
    names = last.target.names if isinstance(last.target, Tables) else ()
    if not isinstance(columns, tuple) or len(columns) != len(names):
        raise Senseless
    for column, name in zip(columns, names, strict=True):
        yield replace(last, said=((column,), *last.said[1:]), target=Tables((name,)))


def _settled(clauses: tuple[Clause, ...], context: Context) -> Iterator[Context]:
    """Yield the readings of clauses one after the other."""
    if not clauses:
        yield context
        return
    clause, *rest = clauses
    error: Unknown | Senseless | None = None
    found = False
    for names in _candidates(clause, tuple(rest), context):
        try:
            for following in _settled(tuple(rest), _done(clause, names, context)):
                found = True
                yield following
        except (Unknown, Senseless) as problem:
            error = error or problem
    if not found:
        raise error or Senseless


def _candidates(clause: Clause, rest: tuple[Clause, ...], context: Context) -> list[tuple[Name, ...]]:
    """Return the tables that a clause may be about; where it names none, those that others name, or that fit."""
    if not clause.placed:
        return [()]
    owners = tuple(dict.fromkeys(_owners(clause.said)))
    if owners:
        owning = tuple(table_in(context.schema, owner).name for owner in owners)
        if clause.target is not None and _tables(clause.target, clause, context) != owning:
            raise Senseless
        return [owning]
    if clause.target is not None:
        return [_tables(clause.target, clause, context)]
    following = next((one for one in rest if one.target is not None), None)
    near: list[tuple[Name, ...]] = [context.tables] if context.tables else []
    target = None if following is None else following.target
    if following is not None and isinstance(target, Tables | Every) and not _says_it(clause.said):
        with suppress(Unknown):
            near.append(_tables(target, following, context))
    near = list(dict.fromkeys(near))
    return (
        near
        if any(_fits(clause, names, context) for names in near) or not _alone(clause)
        else _fitting(clause, near, context)
    )


def _alone(clause: Clause) -> bool:
    """Tell whether a clause can do without a table: the columns of which it speaks tell which one is meant."""
    return clause.make is not add


def _fitting(clause: Clause, near: list[tuple[Name, ...]], context: Context) -> list[tuple[Name, ...]]:
    found: list[tuple[Name, ...]] = [
        (name,) for name in sorted(context.schema.tables, key=str) if _fits(clause, (name,), context)
    ]
    if len(found) > MAX_TABLES:
        raise Senseless
    if not found and not near:
        raise _nowhere(clause, context)
    return found or near


def _nowhere(clause: Clause, context: Context) -> Unknown | Senseless:
    """Return what stands in the way of a clause that fits no table at all."""
    errors: list[Unknown] = []
    for name in sorted(context.schema.tables, key=str):
        try:
            _done(clause, (name,), context)
        except Unknown as unknown:
            errors.append(unknown)
        except Senseless:
            pass
    if not errors:
        return Senseless()
    nearest = [near for error in errors for near in error.nearest]
    return Unknown(errors[0].kind, errors[0].name, nearest)


def _fits(clause: Clause, names: tuple[Name, ...], context: Context) -> bool:
    try:
        _done(clause, names, context)
    except (Unknown, Senseless):
        return False
    return True


def _done(clause: Clause, names: tuple[Name, ...], context: Context) -> Context:
    """Return the context after a clause about some tables."""
    every = isinstance(clause.target, Every)
    last: tuple[Intent, ...] = ()
    passed: Unknown | None = None  # a column that one of many tables does not have
    for name in names if clause.placed else (None,):
        notes: list[str] = []
        place = Place(context.schema, name, context.it, every, notes)
        try:
            made = tuple(clause.make(place, *clause.said))
        except Unknown as unknown:
            if not every or unknown.table is None:
                raise
            passed, made = unknown, ()
        schema = context.schema
        intents = context.intents
        for intent in made:
            schema = after(schema, intent)
            intents = folded(intents, intent)
        notes = [*context.notes, *(note for note in notes if note not in context.notes)]
        doubts = context.doubts + min(1, len(place.doubts))
        context = replace(context, schema=schema, intents=intents, notes=tuple(notes), doubts=doubts)
        last = made[-1:] or last
    if passed is not None and not last:
        raise passed
    if not last and not context.notes:
        raise Senseless
    return replace(context, tables=names or _table_of(last) or context.tables, it=_columns_of(last) or context.it)


def _table_of(intents: tuple[Intent, ...]) -> tuple[Name, ...]:
    """Return what "it" stands for after an intent: its table, by the name that it has then."""
    for intent in intents:
        if isinstance(intent, RenameTable):
            return (Name(intent.table.prefix, intent.to),)
        if not isinstance(intent, DropTable | CreateEnum | AddExtension | DropExtension):
            return (intent.table,)
    return ()


def _columns_of(intents: tuple[Intent, ...]) -> tuple[str, ...]:
    """Return what "it" and "them" stand for after an intent: its columns, by the names that they have then."""
    for intent in intents:
        if isinstance(intent, RenameColumn):
            return (intent.to,)
        if isinstance(intent, AddColumns | CreateTable):
            return tuple(column.name for column in intent.columns)
        if hasattr(intent, "column"):
            return (intent.column,)
        if isinstance(intent, AddIndex):
            return tuple(part for part in intent.parts if isinstance(part, str))
    return ()


def _tables(target: Target, clause: Clause, context: Context) -> tuple[Name, ...]:
    if isinstance(target, Tables):
        return tuple(table_in(context.schema, name).name for name in target.names)
    if target is SAME:
        if not context.tables:
            raise Senseless
        return context.tables
    having = tuple(_named(clause.said)) if target.having == (IT,) else target.having
    lacking = tuple(_named(clause.said)) if target.lacking == (IT,) else target.lacking
    if len(having) + len(lacking) < len(target.having) + len(target.lacking):
        raise Senseless
    left = {table_in(context.schema, name).name for name in target.but} | _referred(clause, context)
    found = [
        name
        for name, table in sorted(context.schema.tables.items(), key=lambda item: str(item[0]))
        if name not in left
        and name.name not in UNTOUCHED
        and all(column_of(table.columns, one) for one in having)
        and not any(column_of(table.columns, one) for one in lacking)
    ]
    if not found:
        unknown = next(iter((*having, *lacking)), None)
        columns = [column for table in context.schema.tables.values() for column in table.columns]
        raise Senseless if unknown is None else Unknown("column", unknown.identifier, columns)
    return tuple(found)


def _referred(clause: Clause, context: Context) -> set[Name]:
    """Return the tables that a clause refers to, which "all tables" does not mean."""
    return {table_in(context.schema, spoken).name for spoken in _references(clause.said)}


def _references(said: Any) -> Iterator[Spoken]:
    match said:
        case Reference():
            yield said.table
        case tuple():
            for one in said:
                yield from _references(one)
        case NewColumn() | Trait():
            yield from _references(said.traits if isinstance(said, NewColumn) else said.value)
        case _:
            pass


def _owners(said: Any) -> Iterator[Spoken]:
    """Yield the tables that columns name before themselves: `users.email`, "the user's email"."""
    match said:
        case Column():
            if said.table is not None:
                yield said.table
        case tuple():
            for one in said:
                yield from _owners(one)
        case Trait():
            yield from _owners(said.value)
        case Formula():
            yield from _owners(said.parts)
        case _:
            pass


def _named(said: Any) -> Iterator[Spoken]:
    """Yield the columns that are spoken of by their names."""
    match said:
        case Column() | NewColumn():
            if said.name is not None:
                yield said.name
        case tuple():
            for one in said:
                yield from _named(one)
        case _:
            pass


def _says_it(said: Any) -> bool:
    match said:
        case Column():
            return said.name is None
        case tuple():
            return any(map(_says_it, said))
        case _:
            return False
