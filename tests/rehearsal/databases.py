"""Fresh databases for rehearsals, all on one server."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count

import psycopg

from rules.analysis.programs import programs
from rules.postgres.observation import Observation
from rules.postgres.program import Ran
from rules.settings import Settings
from rules.source import Change
from workers.rehearsal.rehearse import rehearse
from workers.rehearsal.sandbox import MIGRATOR, Server


class Database:
    """One database of a server, as a rehearsal sees a server."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self.name = name
        self.version = server.version

    def connect(self) -> psycopg.Connection:
        return self._server.connect(self.name)

    def watch(self) -> psycopg.Connection:
        return self._server.watch(self.name)

    def send(self, session: psycopg.Connection, sql: str) -> None:
        self._server.send(session, sql)


class Databases:
    """Makes databases and drops them."""

    def __init__(self, server: Server, admin: psycopg.Connection) -> None:
        self._server = server
        self._admin = admin
        self._numbers = count()

    @contextmanager
    def holding(self, history: Iterable[Ran]) -> Iterator[Database]:
        """Yield a database in which *history* ran."""
        database = Database(self._server, self._create("app"))
        with database.connect() as session:
            for ran in history:
                for sql in ran.statements:
                    database.send(session, sql)
        yield database
        self._admin.execute(f'DROP DATABASE "{database.name}" WITH (FORCE)'.encode())

    def rehearse(self, change: Change) -> list[Observation]:
        """Rehearse what a pull request proposes for PostgreSQL, in its order."""
        seen = []
        for program in programs(change, Settings()):
            for play in (play for play in program.plays if not play.missing):
                history = program.history[: play.after]
                gaps = tuple(reason for ran in history for reason in ran.silent)
                seen.append(rehearse(play, partial(self.holding, history), gaps))
        return seen

    def _create(self, template: str) -> str:
        name = f"d{next(self._numbers)}"
        faster = " STRATEGY file_copy" if self._admin.info.server_version >= 150_000 else ""
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {MIGRATOR}{faster}".encode())
        return name
