"""The schema as the next clause finds it: what a sentence makes, its end can speak of."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar

from rules.ecto.names import foreign_key_name
from rules.rewrite.names import identifier
from rules.schema.model import (
    UNSURE,
    Check,
    Column,
    Constraint,
    ForeignKey,
    Index,
    Schema,
    SomeConstraint,
    Table,
    Thing,
)
from rules.sentences.intent import (
    AddCheck,
    AddColumns,
    AddExclusion,
    AddExtension,
    AddForeignKey,
    AddIndex,
    AddTimestamps,
    CreateEnum,
    CreateTable,
    DropConstraint,
    DropExtension,
    DropForeignKey,
    DropIndex,
    DropTable,
    Intent,
    RemoveColumns,
    RenameColumn,
    RenameIndex,
    RenameTable,
    Sql,
)
from rules.sql.effects import Kind
from rules.sql.names import Name

Object = TypeVar("Object")
STAMPS: Final = ("inserted_at", "updated_at")


def after(schema: Schema, intent: Intent) -> Schema:
    """Return *schema* with what *intent* has changed of its names."""
    match intent:
        case CreateTable(table=name, columns=columns):
            made = ["id", *(one.name for one in columns), *(STAMPS if intent.timestamps is not False else ())]
            return _with(schema, _adding(Table(name), made))
        case DropTable(table=name):
            return replace(schema, tables={at: one for at, one in schema.tables.items() if at != name})
        case RenameTable(table=name, to=to):
            new = Name(name.prefix, to)
            rest = {at: one for at, one in schema.tables.items() if at != name}
            return replace(schema, tables={**rest, new: replace(schema.table(name), name=new)})
        case AddExtension(name=extension):
            thing = Thing(Kind.EXTENSION, Name(None, extension), UNSURE)
            return replace(schema, things={**schema.things, thing.key: thing})
        case CreateEnum() | DropExtension():
            return schema
        case _:
            return _with(schema, _changed(schema.table(intent.table), intent))


def _with(schema: Schema, table: Table) -> Schema:
    return replace(schema, tables={**schema.tables, table.name: table})


def _adding(table: Table, names: list[str]) -> Table:
    return replace(table, columns={**table.columns, **{name: Column(name, UNSURE) for name in names}})


def _changed(table: Table, intent: Intent) -> Table:
    match intent:
        case AddColumns(columns=columns):
            return _adding(table, [one.name for one in columns])
        case AddTimestamps():
            return _adding(table, list(STAMPS))
        case RemoveColumns(columns=gone):
            return replace(table, columns=_without(table.columns, *gone))
        case RenameColumn(column=column, to=to):
            kept = _without(table.columns, column)
            return replace(table, columns={**kept, to: Column(to, UNSURE)})
        case _:
            return _objects(table, intent)


def _objects(table: Table, intent: Intent) -> Table:
    match intent:
        case AddIndex(name=str(name), parts=parts):
            index = Index(name, tuple(part.text if isinstance(part, Sql) else identifier(part) for part in parts))
            return replace(table, indexes={**table.indexes, name: index})
        case DropIndex(name=str(name)):
            return replace(table, indexes=_without(table.indexes, name))
        case RenameIndex(name=name, to=to):
            return replace(table, indexes={**_without(table.indexes, name), to: table.indexes[name]})
        case _:
            return replace(table, constraints=_constraints(table, intent))


def _constraints(table: Table, intent: Intent) -> Mapping[str, Constraint]:
    made: Constraint | None = None
    gone: str | None = None
    match intent:
        case AddCheck(name=str(name), sql=sql):
            made = Check(name, sql)
        case AddExclusion(name=str(name)):
            made = SomeConstraint(name)
        case AddForeignKey(column=column, references=to):
            made = ForeignKey(foreign_key_name(table.name.name, column), (column,), to.table, ())
        case DropConstraint(name=name):
            gone = name
        case DropForeignKey(column=column):
            found = table.foreign_key(column)
            gone = None if found is None else found.name
        case _:
            pass
    kept = _without(table.constraints, *([gone] if gone else []))
    return {**kept, made.name: made} if made else kept


def _without(things: Mapping[str, Object], *names: str) -> dict[str, Object]:
    return {name: thing for name, thing in things.items() if name not in names}
