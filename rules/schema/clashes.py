"""Where a command does not fit the schema that it meets, as far as that is certain."""

from collections.abc import Iterator

from rules.ecto.commands import AlterTable, ColumnChange, Command
from rules.schema.model import Schema
from rules.schema.notes import Clash, Note
from rules.schema.replay import replay


def clashes(command: Command, schema: Schema) -> Iterator[tuple[Command | ColumnChange, Note]]:
    """Yield what clashes, a column's change by itself, with why; nothing where an unread part may have helped."""
    for part, step in _steps(command):
        done = replay(schema, (step,))
        for note in done.notes:
            if note.clash is not None and is_known(note, schema):
                yield part, note
        schema = done.schema


def _steps(command: Command) -> Iterator[tuple[Command | ColumnChange, Command]]:
    if not isinstance(command, AlterTable):
        yield command, command
        return
    for change in command.changes:
        yield change, AlterTable(command.place, command.table, (change,))


def is_known(note: Note, schema: Schema) -> bool:
    """Tell whether all of the history has been read: what nobody could read may have touched any table."""
    if note.clash is Clash.PARTITIONED:
        return True  # a table never ceases to have partitions
    if note.table is None or not schema.whole:
        return schema.whole
    table = schema.tables.get(note.table)
    return note.clash is Clash.REFUSED if table is None else table.whole  # what is new, the statement tells
