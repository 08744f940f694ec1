"""What a rehearsal of a change has to run: for each database its history as SQL, and the migrations that are tried."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Final

from rules.analysis.ground import Ground
from rules.analysis.history import edited_in, histories, in_order
from rules.analysis.reading import Reading, ecto_of, read_file
from rules.ecto.commands import Command, RepoCall
from rules.ecto.files import is_dump, is_passed_over
from rules.ecto.migration import Run
from rules.ecto.structure import Dump
from rules.postgres.observation import Refusal
from rules.postgres.program import Part, Play, Program, Ran, Sent, silence, unread_in
from rules.postgres.statements import Statement, script
from rules.rewrite.apart import builds_apart
from rules.rule import POSTGRES
from rules.settings import Settings
from rules.source import Change, SourceFile
from rules.sql.dump import loading

GIVEN: Final = re.compile(r"\$\d")  # stands for a value that Ecto sends beside the SQL
# What Ecto makes before it runs anything; it is no part of what is compared.
VERSIONS: Final = Ran(
    "schema_migrations",
    ('CREATE TABLE "schema_migrations" ("version" bigint PRIMARY KEY, "inserted_at" timestamp(0))',),
)
WAITING: Final = Refusal("it waits for the transaction that holds the migration lock, which waits for it")


def programs(change: Change, settings: Settings, *, together: bool = True) -> tuple[Program, ...]:
    """Return what to rehearse: the proposed migrations on top of each other, or each on what came before it."""
    return tuple(program for history in histories(change, settings) for program in _parted(history, together=together))


def _parted(history: Change, *, together: bool) -> Iterator[Program]:
    """Yield what runs from nothing, and what runs on a `structure.sql` that was written before it."""
    edited = edited_in(history) if together else {}
    tried = edited | {file: file for file in history.proposed if file not in edited.values()}
    merged, new = in_order((*history.merged, *edited)), in_order(tried.keys() - edited)
    files = [*merged, *new] if together else in_order((*merged, *new))
    ground = Ground(history)
    dump = ground.loadable(files)
    held, since = files, []
    if dump is not None:
        held, since = ([file for file in files if ground.holds(file) is ran] for ran in (True, False))
    if not tried.keys().isdisjoint(held):
        yield _program(_bare(history), held, tried, history)
    if dump is not None and not tried.keys().isdisjoint(since):
        yield _program(_loaded(dump), since, tried, history)


def _program(
    start: tuple[Ran, ...], files: Sequence[SourceFile], tried: Mapping[SourceFile, SourceFile], history: Change
) -> Program:
    """Return the program of *files* that run on *start*, and of what becomes of those that are *tried*."""
    plays = [_play(tried[file], place, history) for place, file in enumerate(files, len(start)) if file in tried]
    return Program((*start, *_ran(files, history)), tuple(plays))


def _bare(history: Change) -> tuple[Ran, ...]:
    """Return what is there before the first migration; what only a `structure.sql` holds is missing from it."""
    dumps = (file for file in history.project if is_dump(file.path)) if history.dumps is None else history.dumps
    unheard = (Ran(dump.path, (), silent=(f"what {dump.path} holds and no migration makes",)) for dump in dumps)
    return (VERSIONS, *unheard)


def _loaded(dump: Dump) -> tuple[Ran, ...]:
    """Return what is there when a dump was loaded, which psql does without a transaction."""
    return (Ran(dump.path, loading(dump.text), in_transaction=False),)


def _ran(files: Iterable[SourceFile], history: Change) -> Iterator[Ran]:
    for file in files:
        reading = read_file(file, history.project)
        if hindrance(reading):
            yield Ran(file.path, (), silent=(f"all of {file.path}",))
        else:
            up = part(reading, reading.migration.up, past=True)
            statements = tuple(sent.sql for sent in up.sent)
            yield Ran(file.path, statements, reading.migration.in_transaction, up.silent)


def _play(file: SourceFile, after: int, history: Change) -> Play:
    reading = read_file(file, history.project)
    missing = hindrance(reading)
    if missing:
        return Play(file.path, after, missing=missing)
    up, down = (part(reading, run) for run in (reading.migration.up, reading.migration.down))
    return Play(file.path, after, up, down, reading.migration.in_transaction)


def part(reading: Reading, run: Run, *, past: bool = False) -> Part:
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


def hindrance(reading: Reading) -> str:
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
