"""Databases for rehearsals, all on one server: each takes a copy's time instead of a start's."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import count
from typing import Final

import psycopg

from rules.analysis.programs import programs
from rules.postgres.observation import Observation, Outcome
from rules.postgres.program import Program, Ran
from rules.settings import Settings
from rules.source import Change
from workers.rehearsal.reason import CannotRehearse, shortened
from workers.rehearsal.rehearse import rehearse
from workers.rehearsal.sandbox import DATABASE, MIGRATOR, Server

FORCING: Final = 13  # the first PostgreSQL that ends the sessions of a database which is dropped
COPYING_FILES: Final = 15  # the first that copies databases in another way unless it is told


class Database:
    """One database of a server, as a rehearsal sees a server."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self.name = name
        self.version = server.version

    def connect(self) -> psycopg.Connection:
        """Connect as the owner."""
        return self._server.connect(self.name)

    def watch(self) -> psycopg.Connection:
        """Connect as whoever only reads the catalogue."""
        return self._server.watch(self.name)

    def send(self, session: psycopg.Connection, sql: str) -> None:
        """Run one statement of a stranger's."""
        self._server.send(session, sql)

    def run(self, history: Iterable[Ran]) -> None:
        """Run what is merged, all in one session, which takes less time than many."""
        with self.connect() as session:
            for ran in history:
                with session.transaction() if ran.in_transaction else nullcontext():
                    for sql in ran.statements:
                        self.send(session, sql)


class Databases:
    """Makes databases and drops them."""

    def __init__(self, server: Server, admin: psycopg.Connection) -> None:
        self._server = server
        self._admin = admin
        self.major = server.major
        self._numbers = count()

    @contextmanager
    def holding(self, history: Iterable[Ran]) -> Iterator[Database]:
        """Yield a database in which *history* ran."""
        with self.copy(DATABASE) as database:
            database.run(history)
            yield database

    @contextmanager
    def copy(self, template: str) -> Iterator[Database]:
        """Yield a copy of the database *template*, which nobody may be using."""
        database = Database(self._server, f"d{next(self._numbers)}")
        faster = " STRATEGY file_copy" if self.major >= COPYING_FILES else ""
        self._admin.execute(f"CREATE DATABASE {database.name} TEMPLATE {template} OWNER {MIGRATOR}{faster}".encode())
        yield database
        at_once = " WITH (FORCE)" if self.major >= FORCING else ""  # else it waits for sessions that are about to end
        self._admin.execute(f'DROP DATABASE "{database.name}"{at_once}'.encode())

    def rehearse(self, change: Change) -> list[Observation]:
        """Rehearse what a pull request proposes for PostgreSQL, in its order."""
        seen = []
        for program in programs(change, Settings()):
            for play in (play for play in program.plays if not play.missing):
                history = program.history[: play.after]
                seen.append(rehearse(play, partial(self.holding, history), gaps(history)))
        return seen

    def rehearse_each(self, program: Program) -> Iterator[Observation]:
        """Rehearse each of a long program's plays on a copy of what came before it, as far as that runs."""
        done, broken = 0, ""
        with self.copy(DATABASE) as past:
            for play in program.plays:
                history, since = program.history[: play.after], program.history[done : play.after]
                broken, done = broken or _why_not(past, since), play.after
                if broken:
                    yield Observation(play.path, Outcome.NOT_REHEARSED, broken)
                else:
                    yield rehearse(play, partial(self.copy, past.name), gaps(history))


def gaps(history: Iterable[Ran]) -> tuple[str, ...]:
    """Return what only the application could have run of a history."""
    return tuple(reason for ran in history for reason in ran.silent)


def _why_not(database: Database, history: Iterable[Ran]) -> str:
    for ran in history:
        try:
            database.run([ran])
        except (psycopg.Error, CannotRehearse) as error:
            return f"the merged history does not replay: {ran.path}: {shortened(str(error))}"
    return ""
