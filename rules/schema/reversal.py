"""What is left when Ecto reverses a single command of `change`, whatever the rest of the migration does."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.ecto.commands import AlterTable, ColumnChange, Command
from rules.ecto.errors import RaisedError
from rules.ecto.reverse import reverse
from rules.ecto.versions import LATEST
from rules.schema.comparison import Difference, differences
from rules.schema.model import Schema
from rules.schema.notes import Remark
from rules.schema.replay import Replay, replay
from rules.schema.verdict import assuming


@dataclass(frozen=True, slots=True)
class Leftover:
    """A command, or a column's change by itself, that its own reversal does not undo."""

    part: Command | ColumnChange
    schema: Schema  # what it meets
    differences: tuple[Difference, ...] = ()
    refusal: str | None = None  # why PostgreSQL refuses the reversal, without a full stop

    @property
    def raises(self) -> bool:
        """Tell whether there is no difference, because the reversal does not run."""
        return self.refusal is not None

    @property
    def sentence(self) -> str:
        """What a rollback does, for people: how it ends, or the first of the differences."""
        if self.refusal is not None:
            return f"Rolling back raises: {self.refusal}."
        return f"A rollback leaves a difference: {self.differences[0].text}."


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
    left = tuple(one for one in differences(before, down.schema) if one.is_certain)
    if refused is not None:
        yield Leftover(part, schema, refusal=refused)
    elif left:
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
