"""What a rehearsal of a change has to run: for each database its history as SQL, and the migrations that are tried."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Final

from rules.analysis.history import edited_in, histories, in_order
from rules.analysis.reading import Reading, ecto_of, read_file
from rules.ecto.commands import Command, RepoCall
from rules.ecto.files import is_dump, is_passed_over
from rules.ecto.migration import Run
from rules.postgres.observation import Refusal
from rules.postgres.program import Part, Play, Program, Ran, Sent, silence, unread_in
from rules.postgres.statements import Statement, script
from rules.rewrite.apart import builds_apart
from rules.rule import POSTGRES
from rules.settings import Settings
from rules.source import Change, SourceFile

GIVEN: Final = re.compile(r"\$\d")  # stands for a value that Ecto sends beside the SQL
WAITING: Final = Refusal("it waits for the transaction that holds the migration lock, which waits for it")


def programs(change: Change, settings: Settings, *, together: bool = True) -> tuple[Program, ...]:
    """Return what to rehearse: the proposed migrations on top of each other, or each on what came before it."""
    build = _together if together else _each
    return tuple(build(history) for history in histories(change, settings))


def _together(history: Change) -> Program:
    edited = edited_in(history)
    merged = in_order((*history.merged, *edited))
    new = [file for file in in_order(history.proposed) if file not in edited.values()]
    ran = (*_unheard(history), *_ran((*merged, *new), history))
    past = len(ran) - len(merged) - len(new)
    plays = [_play(edited[file], past + place, history) for place, file in enumerate(merged) if file in edited]
    plays += [_play(file, past + len(merged) + place, history) for place, file in enumerate(new)]
    return Program(ran, tuple(plays))


def _each(history: Change) -> Program:
    files = in_order((*history.merged, *history.proposed))
    proposed = frozenset(history.proposed)
    ran = (*_unheard(history), *_ran(files, history))
    past = len(ran) - len(files)
    plays = tuple(_play(file, past + place, history) for place, file in enumerate(files) if file in proposed)
    return Program(ran, plays)


def _unheard(history: Change) -> Iterator[Ran]:
    """Yield what a `structure.sql` may hold beyond the migrations: it is not run, so what lacks it tells nothing."""
    dumps = (file for file in history.project if is_dump(file.path)) if history.dumps is None else history.dumps
    for dump in dumps:
        yield Ran(dump.path, (), silent=(f"what {dump.path} holds and no migration makes",))


def _ran(files: Iterable[SourceFile], history: Change) -> Iterator[Ran]:
    for file in files:
        reading = read_file(file, history.project)
        if _missing(reading):
            yield Ran(file.path, (), silent=(f"all of {file.path}",))
        else:
            up = _part(reading, reading.migration.up, past=True)
            statements = tuple(sent.sql for sent in up.sent)
            yield Ran(file.path, statements, reading.migration.in_transaction, up.silent)


def _play(file: SourceFile, after: int, history: Change) -> Play:
    reading = read_file(file, history.project)
    missing = _missing(reading)
    if missing:
        return Play(file.path, after, missing=missing)
    up, down = (_part(reading, run) for run in (reading.migration.up, reading.migration.down))
    return Play(file.path, after, up, down, reading.migration.in_transaction)


def _part(reading: Reading, run: Run, *, past: bool = False) -> Part:
    """Return what a direction sends; what is *past* did not wait for ever, whoever helped it."""
    said = script(run, ecto_of(reading))
    unsaid = [*said.silent, *(one.command for one in said.statements if _takes_values(one))]
    silent = tuple(reason for command in unsaid for reason in _reasons(command))
    known = [one for one in said.statements if not _takes_values(one)]
    going = list(takewhile(lambda one: past or not _waits(reading, one.command), known))
    sent = tuple(Sent(one.sql, one.command.span) for one in going)
    if len(going) < len(known):
        return Part(sent, WAITING, known[len(going)].command.span, silent)
    if said.failure is None:
        return Part(sent, silent=silent)
    return Part(sent, Refusal(f"{said.failure.kind}: {said.failure.message}"), said.failure.span, silent)


def _takes_values(statement: Statement) -> bool:
    """Tell whether its values are sent apart, which only the application knows."""
    return isinstance(statement.command, RepoCall) and GIVEN.search(statement.sql) is not None


def _waits(reading: Reading, command: Command) -> bool:
    """Tell whether a concurrent build waits for the migrator's own transaction."""
    in_transaction = reading.migration.in_transaction or not reading.migration.holds_lock
    return not in_transaction and reading.repo.locks_in_transaction and builds_apart(command)


def _reasons(command: Command) -> list[str]:
    return [unread.reason for unread in unread_in(command)] or [silence(command) or "something unknown"]


def _missing(reading: Reading) -> str:
    """Say why a file has no SQL to run; nothing where it has."""
    if is_passed_over(reading.migration.source.path):
        return "Ecto does not run a file of this name"
    if reading.broken:
        return "it is not Elixir"
    if reading.migration.module is None:
        return "it defines no migration"
    if reading.repo.adapter not in {None, POSTGRES}:
        return f"it is not for PostgreSQL but for {reading.repo.adapter}"
    return ""
