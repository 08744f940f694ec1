"""What a rehearsal runs: the history of a folder of migrations as SQL, and the migrations that are tried on top."""

from dataclasses import dataclass

from rules.ecto import versions
from rules.ecto.commands import AlterTable, CodeCall, Command, CreateTable, Execute, RepoCall, Unread
from rules.ecto.migration import Migration, Run
from rules.ecto.versions import Version
from rules.postgres.observation import Refusal
from rules.postgres.statements import script
from rules.source import Span


@dataclass(frozen=True, slots=True)
class Sent:
    """One string of SQL, and the call in the file that sends it."""

    sql: str
    span: Span


@dataclass(frozen=True, slots=True)
class Part:
    """One direction: what it sends until Ecto refuses it, if so, and what only the application could add."""

    sent: tuple[Sent, ...] = ()
    refusal: Refusal | None = None
    refused: Span | None = None
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ran:
    """A migration of the history."""

    path: str
    statements: tuple[str, ...]
    in_transaction: bool = True
    silent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Play:
    """A migration to rehearse, when *after* migrations of the history have run; *missing* is why it cannot be."""

    path: str
    after: int
    up: Part = Part()
    down: Part = Part()
    in_transaction: bool = True
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Program:
    """The migrations of one database, oldest first, and those to rehearse."""

    history: tuple[Ran, ...]
    plays: tuple[Play, ...]


def play(migration: Migration, after: int, version: Version = versions.LATEST) -> Play:
    """Return how *migration* is rehearsed."""
    up, down = (_part(run, version) for run in (migration.up, migration.down))
    return Play(migration.source.path, after, up, down, migration.in_transaction)


def ran(migration: Migration, version: Version = versions.LATEST) -> Ran:
    """Return *migration* as a part of the history."""
    up = _part(migration.up, version)
    statements = tuple(sent.sql for sent in up.sent)
    return Ran(migration.source.path, statements, migration.in_transaction, up.silent)


def silence(command: Command) -> str | None:
    """Return why a command that was read has no SQL here."""
    match command:
        case Execute():
            return "SQL with a value or a condition that only the running system knows"
        case RepoCall(function=function):
            return f"{function} of the repo"
        case CodeCall(function=function):
            return f"a call of {function}"
        case _:
            return None


def unread_in(command: Command) -> tuple[Unread, ...]:
    """Return what could not be read in a command without SQL, inside a table's block, too."""
    match command:
        case Unread():
            return (command,)
        case CreateTable(columns=parts) | AlterTable(changes=parts):
            return tuple(part for part in parts if isinstance(part, Unread))
        case _:
            return ()


def _part(run: Run, version: Version) -> Part:
    said = script(run, version)
    sent = tuple(Sent(one.sql, one.command.span) for one in said.statements)
    silent = tuple(reason for command in said.silent for reason in _reasons(command))
    if said.failure is None:
        return Part(sent, silent=silent)
    return Part(sent, Refusal(f"{said.failure.kind}: {said.failure.message}"), said.failure.span, silent)


def _reasons(command: Command) -> list[str]:
    return [unread.reason for unread in unread_in(command)] or [silence(command) or "something unknown"]
