"""Ecto's runner: what a callback queues, what runs at once, and when the queue runs forwards or backwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from rules.ecto.commands import (
    AlterTable,
    Code,
    CodeCall,
    ColumnChange,
    Command,
    CreateTable,
    Execute,
    Flush,
    RepoCall,
    Sql,
    Table,
    Unread,
)
from rules.ecto.errors import RaisedError
from rules.ecto.migration import MIGRATION_ERROR
from rules.ecto.place import Place
from rules.ecto.reverse import irreversible, reverse
from rules.ecto.scope import Function
from rules.ecto.versions import Version
from rules.source import Span


@dataclass(frozen=True, slots=True)
class Called:
    """A function given to `execute`, to be called when its turn comes."""

    span: Span
    function: Function
    shown: str | None = None  # what it prints as, if it is a list, which only fails when it runs


@dataclass(frozen=True, slots=True)
class Pending:
    """An `execute` of which at least one side is a function."""

    place: Place
    up: Sql | Called
    down: Sql | Called | None


@dataclass(slots=True)
class Block:
    """An open `create table ... do` or `alter table ... do`."""

    place: Place
    table: Table
    creates: bool
    if_not_exists: bool = False
    changes: list[ColumnChange] = field(default_factory=list)

    def command(self) -> Command:
        """Return the command that the block queues at its end."""
        if self.creates:
            return CreateTable(self.place, self.table, tuple(self.changes), self.if_not_exists)
        return AlterTable(self.place, self.table, tuple(self.changes))


Queued: TypeAlias = Command | Pending


class FailedError(Exception):
    """The run ends here: Elixir raised, for the sake of *command* if the runner knows it."""

    def __init__(self, error: RaisedError, command: Command | None) -> None:
        super().__init__(str(error))
        self.error = error
        self.command = command


@dataclass(slots=True)
class Supposed:
    """What a branch would do that may not be taken."""

    commands: list[Command] = field(default_factory=list)
    changes: list[ColumnChange] = field(default_factory=list)
    raises: RaisedError | None = None

    @property
    def only_data(self) -> bool:
        """Tell whether nothing but the repo and other code is called."""
        plain = all(_spares_schema(command) for command in self.commands)
        return plain and not self.changes and not (self.raises is not None and self.raises.deliberate)


def _spares_schema(command: Command) -> bool:
    if isinstance(command, Execute):
        return isinstance(command.runs, Sql) and command.runs.spares_schema
    return isinstance(command, RepoCall | CodeCall)


class Runner:
    """The state of one direction of one migration."""

    def __init__(self, version: Version, direction: str, *, backward: bool) -> None:
        self.version = version
        self.direction = direction  # what the user asked for
        self.backward = backward  # a change is rolled back
        self.asked_direction = False  # whether what is queued depends on the direction
        self.done: list[Command] = []
        self.queue: list[Queued] = []
        self.block: Block | None = None

    def execute(self, command: Queued) -> None:
        """Queue *command*; MigrationError inside a table's block."""
        if self.block is not None:
            self.block = None
            raise RaisedError(MIGRATION_ERROR, "cannot execute nested commands")
        self.queue.append(command)

    def start(self, block: Block) -> None:
        """Open a table's block."""
        if self.block is not None:
            self.block = block
            raise RaisedError(MIGRATION_ERROR, "cannot execute nested commands")
        self.block = block

    def end(self) -> None:
        """Queue the open block."""
        if self.block is not None:
            self.queue.append(self.block.command())
            self.block = None

    def change(self, change: ColumnChange) -> None:
        """Add a column's change to the open block; MigrationError where none is open."""
        if self.block is None:
            raise RaisedError(MIGRATION_ERROR, "cannot execute command outside of block")
        self.block.changes.append(change)

    def at_once(self, command: Command) -> None:
        """Note what runs immediately, before everything queued."""
        self.done.append(command)

    def unread(self, unread: Unread) -> None:
        """Note in its place what cannot be read."""
        if self.block is not None:
            self.block.changes.append(unread)
        else:
            self.queue.append(unread)

    def flush(self) -> None:
        """Run what is queued, in the direction of the run; raises FailedError where a command fails."""
        queue, self.queue = self.queue, []
        for queued in reversed(queue) if self.backward else queue:
            try:
                self._run(queued)
            except RaisedError as error:
                raise FailedError(error, None if isinstance(queued, Pending) else queued) from error

    def _run(self, queued: Queued) -> None:
        if isinstance(queued, Pending):
            self._run_pending(queued)
        elif self.backward and not isinstance(queued, Flush):
            self.done.append(reverse(queued, self.version))
        else:
            self.done.append(queued)

    def _run_pending(self, pending: Pending) -> None:
        runs, other = (pending.down, pending.up) if self.backward else (pending.up, pending.down)
        if runs is None:
            shown = pending.up.shown if isinstance(pending.up, Called) else None
            if shown is not None:
                raise irreversible(f"execute {shown}")
            reverse(Execute(pending.place, _unevaluated(pending.up)), self.version)
            return
        code = runs if isinstance(runs, Sql) else self._call(runs)
        self.done.append(Execute(pending.place, code, None if other is None else _unevaluated(other)))

    def _call(self, called: Called) -> Code:
        before, self.done = self.done, []
        waiting = len(self.queue)
        try:
            called.function.apply(())
        finally:
            does, self.done = self.done, before
        lost = tuple(queued for queued in self.queue[waiting:] if not isinstance(queued, Pending))
        return Code(called.span, tuple(does), lost)

    def note(self, every: list[Supposed], span: Span, reason: str) -> None:
        """Note branches of which any, or none, may be taken: data as uncertain, anything else as Unread."""
        if all(supposed.only_data for supposed in every) and self._takes_uncertain(every):
            for supposed in every:
                for command in supposed.commands:
                    if isinstance(command, Execute):
                        self.execute(replace(command, certain=False))
                    elif isinstance(command, RepoCall | CodeCall):
                        self.at_once(replace(command, certain=False))
            return
        possible = tuple(part for supposed in every for part in (*supposed.commands, *supposed.changes))
        self.unread(Unread(span, reason, possible=possible))

    def _takes_uncertain(self, every: list[Supposed]) -> bool:
        queued = [command for supposed in every for command in supposed.commands if isinstance(command, Execute)]
        if not queued:
            return True
        self.asked_direction = True  # what is noted now is no ground for the way back
        if self.block is not None:
            return False
        # A rollback of what cannot be reversed may fail, so that it is no mere step of data.
        return not self.backward or all(
            isinstance(command.reverse, Sql) and command.reverse.spares_schema for command in queued
        )

    @contextmanager
    def supposing(self) -> Iterator[Supposed]:
        """Catch what happens within, as something that may or may not happen."""
        done, queue, block = self.done, self.queue, self.block
        supposed = Supposed()
        self.done, self.queue = [], []
        if block is not None:
            self.block = Block(block.place, block.table, block.creates, block.if_not_exists)
        try:
            yield supposed
        except RaisedError as error:
            supposed.raises = error
        except FailedError as error:
            supposed.raises = error.error
        finally:
            commands = [queued for queued in self.queue if not isinstance(queued, Pending)]
            commands += [_supposed(queued) for queued in self.queue if isinstance(queued, Pending)]
            supposed.commands += [*self.done, *commands]
            if block is not None and self.block is not None:
                supposed.changes += self.block.changes
            self.done, self.queue, self.block = done, queue, block


def _unevaluated(side: Sql | Called) -> Sql | Code:
    return side if isinstance(side, Sql) else Code(side.span)


def _supposed(pending: Pending) -> Command:
    return Execute(
        pending.place, _unevaluated(pending.up), None if pending.down is None else _unevaluated(pending.down)
    )
