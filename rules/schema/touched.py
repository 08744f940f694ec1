"""Columns that a command drops or gives another type, which PostgreSQL refuses while something depends on them."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.ecto.commands import AlterTable, Command, Execute, ModifyColumn, RemoveColumn
from rules.source import Span
from rules.sql.effects import ColumnDropped, ColumnTypeChanged
from rules.sql.names import Name


@dataclass(frozen=True, slots=True)
class Touched:
    """A column whose type is said again, or that is dropped without CASCADE."""

    span: Span
    table: Name
    column: str
    dropped: bool


def touched(command: Command) -> Iterator[Touched]:
    """Yield the columns that *command* touches; a `modify` restates the type whatever it is there for."""
    match command:
        case AlterTable(table=table, changes=changes):
            for part in changes:
                if isinstance(part, ModifyColumn | RemoveColumn):
                    yield Touched(part.span, table.name, part.column, isinstance(part, RemoveColumn))
        case Execute(effects=effects):
            for effect in effects:
                if isinstance(effect, ColumnTypeChanged) or (isinstance(effect, ColumnDropped) and not effect.cascade):
                    yield Touched(command.span, effect.table, effect.column, isinstance(effect, ColumnDropped))
        case _:
            pass
