"""What a command takes from code that runs beside it: tables and columns that are no longer there under their names."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.ecto.commands import (
    AlterTable,
    Code,
    Command,
    DropTable,
    Execute,
    RemoveColumn,
    RenameColumn,
    RenameTable,
    RepoCall,
    Sql,
)
from rules.schema.model import Schema, key
from rules.source import Span
from rules.sql.effects import ColumnDropped, ColumnRenamed, Effect, Kind, ObjectDropped, ObjectMoved, ObjectRenamed
from rules.sql.names import Name, stored

SHOWN_AS_TABLES = frozenset({Kind.TABLE, Kind.VIEW, Kind.MATERIALIZED_VIEW})


@dataclass(frozen=True, slots=True)
class Gone:
    """A table, or a column of one, that code no longer finds."""

    span: Span
    table: Name
    column: str | None = None
    to: str | None = None  # its new name, where it was only renamed
    is_view: bool = False
    is_moved: bool = False  # to another schema of PostgreSQL, where a search path may still find it

    def __str__(self) -> str:
        return f"`{self.table}`" if self.column is None else f"`{self.table}.{self.column}`"


def lost(command: Command, end: Schema) -> Iterator[Gone]:
    """Yield what *command* takes away for good: what is there again in the schema *end* was only replaced."""
    yield from (one for one in _taken(command) if not _is_there(one, end))


def _taken(command: Command) -> Iterator[Gone]:
    match command:
        case DropTable(table=table):
            yield Gone(command.span, table.name)
        case RenameTable(table=table, to=to):
            yield Gone(command.span, table.name, to=to.name.name)
        case RenameColumn(table=table, column=column, to=new):
            yield Gone(command.span, table.name, column, new)
        case AlterTable(table=table, changes=changes):
            removed = (part for part in changes if isinstance(part, RemoveColumn))
            yield from (Gone(part.span, table.name, part.column) for part in removed)
        case Execute(runs=Sql() as sql) | RepoCall(sql=Sql() as sql):
            yield from (gone for effect in sql.effects if (gone := _taken_by(effect, command.span)))
        case Execute(runs=Code(does=does)):
            yield from (gone for inner in does for gone in _taken(inner))
        case _:
            pass


def _taken_by(effect: Effect, span: Span) -> Gone | None:
    match effect:
        case ColumnDropped(table=table, column=column):
            return Gone(span, table, column)
        case ColumnRenamed(table=table, column=column, to=to):
            return Gone(span, table, column, to)
        case ObjectDropped(kind=kind, name=name) if kind in SHOWN_AS_TABLES:
            return Gone(span, name, is_view=kind is not Kind.TABLE)
        case ObjectRenamed(kind=kind, name=name, to=to) if kind in SHOWN_AS_TABLES:
            return Gone(span, name, to=to, is_view=kind is not Kind.TABLE)
        case ObjectMoved(kind=kind, name=name, schema=schema) if kind in SHOWN_AS_TABLES:
            return Gone(span, name, to=f"{schema}.{name.name}", is_view=kind is not Kind.TABLE, is_moved=True)
        case _:
            return None


def _is_there(gone: Gone, end: Schema) -> bool:
    name = key(gone.table)
    table = end.tables.get(name)
    views = {(kind, None, name) for kind in (Kind.VIEW, Kind.MATERIALIZED_VIEW)}
    if gone.is_view and not end.whole:
        return True  # what makes it again may stand in what could not be read
    if table is None or gone.column is None:
        return table is not None or bool(views & set(end.things))
    return stored(gone.column) in table.columns
