"""What is left when Ecto reverses a single command of `change`, whatever the rest of the migration does."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.ecto.commands import AlterTable, ColumnChange, Command
from rules.ecto.errors import RaisedError
from rules.ecto.reverse import reverse
from rules.ecto.versions import LATEST
from rules.schema.comparison import differences
from rules.schema.model import Schema
from rules.schema.notes import Remark
from rules.schema.replay import Replay, replay
from rules.schema.verdict import assuming


@dataclass(frozen=True, slots=True)
class Leftover:
    """A command, or a column's change by itself, that its own reversal does not undo."""

    part: Command | ColumnChange
    schema: Schema  # what it meets
    text: str  # the first difference, or why PostgreSQL refuses the reversal; without a full stop
    raises: bool = False

    @property
    def sentence(self) -> str:
        """What a rollback does, for people."""
        return f"{'Rolling back raises' if self.raises else 'A rollback leaves a difference'}: {self.text}."


def leftovers(command: Command, schema: Schema) -> Iterator[Leftover]:
    """Yield the parts of *command* that are certainly not undone by their reversal."""
    for part, step in _steps(command):
        try:
            back = reverse(step, LATEST)
        except RaisedError:  # others speak of what Ecto itself refuses
            return
        up = replay(schema, (step,))
        if up.assumptions:
            schema = assuming(schema, up.assumptions)
            up = replay(schema, (step,))
        yield from _left(part, schema, up, replay(up.schema, (back,)))
        schema = up.schema


def _left(part: Command | ColumnChange, schema: Schema, up: Replay, down: Replay) -> Iterator[Leftover]:
    remarks = {note.remark for note in (*up.notes, *down.notes)}
    if Remark.DOUBT in remarks or any(note.remark is Remark.CLASH for note in up.notes):
        return
    refused = next((note.text for note in down.notes if note.remark is Remark.CLASH), None)
    before = assuming(schema, down.assumptions)
    left = next((one.text for one in differences(before, down.schema) if one.is_certain), None)
    if refused is not None:
        yield Leftover(part, schema, refused, raises=True)
    elif left is not None:
        yield Leftover(part, schema, left)


def _steps(command: Command) -> Iterator[tuple[Command | ColumnChange, Command]]:
    if not isinstance(command, AlterTable):
        yield command, command
        return
    if command.table.comment is not None:
        yield command, replace(command, changes=())
    bare = replace(command.table, comment=None)
    for change in command.changes:
        yield change, AlterTable(command.place, bare, (change,))
