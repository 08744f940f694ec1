"""The name that something really has, written where another one stands."""

from difflib import get_close_matches
from typing import Final

from rules.ecto.commands import (
    AlterTable,
    ColumnChange,
    Command,
    DropConstraint,
    DropIndex,
    Execute,
    ModifyColumn,
    RemoveColumn,
    Sql,
)
from rules.ecto.options import Option
from rules.ecto.place import Place
from rules.ecto.types import Reference
from rules.elixir.printer import one_line
from rules.rewrite.definition import index_call
from rules.rewrite.edit import Edit, Rewrite, Safety
from rules.rewrite.elixir import CannotWriteError, atom
from rules.rewrite.place import add_option, put_text
from rules.schema.draft import Draft
from rules.schema.made import index_of
from rules.schema.model import Check, Exclusion, Schema, Table
from rules.schema.notes import Clash
from rules.schema.sql import replay_sql
from rules.schema.types import type_name
from rules.source import SourceFile
from rules.sql.names import stored

NEAR: Final = 0.75  # of the letters in common: a table has few columns, and the wrong one is known to be wrong


def known_name(part: Command | ColumnChange, command: Command, schema: Schema, source: SourceFile) -> Rewrite:
    """Return the rewrite that names what *part* of *command* probably means in *schema*."""
    match part, command:
        case DropIndex(), _:
            return _index(part, schema.table(part.index.table), source)
        case DropConstraint(), _:
            return _constraint(part, schema.table(part.constraint.table))
        case Execute(), _:
            return _other_way_round(part, schema, source)
        case (ModifyColumn() | RemoveColumn(), AlterTable(table=table)):
            return _column(part, schema.table(table.name), source)
        case _:
            raise CannotWriteError("what was meant is not plain")


def write_name(place: Place, argument: int, name: str) -> Rewrite:
    """Return the rewrite that writes another name in the place of an argument."""
    if place.shared or len(place.arguments) <= argument:
        raise CannotWriteError("the name stands elsewhere")
    return Rewrite(f"Write `{name}`", Safety.REVIEW, (Edit(place.arguments[argument], one_line(atom(name))),))


def only(names: list[str]) -> str:
    """Return the one of *names*, if there is but one."""
    if len(names) != 1:
        raise CannotWriteError("which one was meant is not plain")
    return names[0]


def _index(drop: DropIndex, table: Table, source: SourceFile) -> Rewrite:
    index = drop.index
    if index.place.shared:
        raise CannotWriteError("the index stands elsewhere")
    columns = [column for column in index.columns if column.direction == "name"]
    if len(columns) == len(index.columns) == 1 and stored(columns[0].text) in table.indexes:
        known = table.indexes[stored(columns[0].text)]  # `name:` stands where the columns do
        written = index_call(index.table, known, concurrently=index.concurrently)
        return Rewrite("Say which columns", Safety.SAFE, put_text(source, index.place.span, one_line(written)))
    same = [one.name for one in table.indexes.values() if one.columns == index_of(index).columns]
    if not same:
        return Rewrite("Drop it only if it is there", Safety.REVIEW, (Edit(drop.place.name, "drop_if_exists"),))
    name = only(same)
    edits = _write_option(source, index.place, index.options.option("name"), name)
    return Rewrite(f"Name the index `{name}`", Safety.SAFE, edits)


def _write_option(source: SourceFile, place: Place, option: Option | None, name: str) -> tuple[Edit, ...]:
    if option is not None and option.value_span is not None and not place.shared:
        return (Edit(option.value_span, one_line(atom(name))),)
    return add_option(source, place, "name", atom(name))


def _constraint(drop: DropConstraint, table: Table) -> Rewrite:
    name, known = drop.constraint.name, table.constraints
    near = [one for one in known if one.endswith(f"_{name}")] or get_close_matches(name, known, 2)
    alone = [one.name for one in known.values() if isinstance(one, Check | Exclusion)]
    return write_name(drop.constraint.place, 1, only(near or alone))


def _column(change: ModifyColumn | RemoveColumn, table: Table, source: SourceFile) -> Rewrite:
    foreign = table.foreign_key(stored(change.column))
    if stored(change.column) not in table.columns:
        return write_name(change.place, 0, only(_columns_like(change, table)))
    reference = change.type if isinstance(change, RemoveColumn) else change.was.type if change.was else None
    if foreign is None or not isinstance(reference, Reference) or reference.place is None:
        raise CannotWriteError("no foreign key is known")
    edits = _write_option(source, reference.place, reference.options.option("name"), foreign.name)
    return Rewrite(f"Name the foreign key `{foreign.name}`", Safety.SAFE, edits)


def _columns_like(change: ModifyColumn | RemoveColumn, table: Table) -> list[str]:
    """Return the columns with a name like that, else those of the type that is said."""
    near = get_close_matches(change.column, table.columns, 2, NEAR)
    was = change.was if isinstance(change, ModifyColumn) else None
    if near or was is None or (was.options is None and change.options.entries):
        return near
    kind = type_name(was.type, was.options or change.options)
    return [one.name for one in table.columns.values() if one.type == kind]


def _other_way_round(execute: Execute, schema: Schema, source: SourceFile) -> Rewrite:
    """Return the rewrite that turns two statements round, where the second is the one that fits."""
    runs, reverse = execute.runs, execute.reverse
    if not isinstance(runs, Sql) or not isinstance(reverse, Sql) or execute.place.shared:
        raise CannotWriteError("there are no two statements")
    draft = Draft(schema)
    replay_sql(draft, reverse)
    replay_sql(draft, runs)
    if not reverse.statements or any(note.clash in set(Clash) for note in draft.notes):
        raise CannotWriteError("it does not fit the other way round either")
    edits = Edit(runs.span, source[reverse.span]), Edit(reverse.span, source[runs.span])
    return Rewrite("Turn the two statements round", Safety.REVIEW, edits)
