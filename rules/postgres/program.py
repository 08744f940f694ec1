"""What a rehearsal runs: the history of one database as SQL, and the migrations that are tried on top of it."""

from dataclasses import dataclass

from rules.ecto.commands import AlterTable, CodeCall, Command, CreateTable, Execute, RepoCall, Unread
from rules.postgres.observation import Refusal
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
