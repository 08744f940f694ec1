"""A PostgreSQL of one rehearsal's own, holding the merged history, thrown away whatever happens.

    with sandbox(find(), base, yard) as server, server.connect() as session, server.watch() as watcher:
        server.send(session, "ALTER TABLE posts ADD body text")

`connect` gives the role that owns the database and runs what strangers wrote, in autocommit; `watch` gives one that
owns nothing, for reading the catalogue. `send` is the only way for a stranger's statement. It raises psycopg.Error when
PostgreSQL refuses the statement. CannotRehearse means "not rehearsed, because ...": it says nothing of the migration.

The merged history is replayed once. The data folder that then holds it is packed, under a key of its content, so that
the next rehearsal unpacks it, and a history that has grown is replayed from where it grew.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import IO, Final

import psycopg
from psycopg import errors
from psycopg.abc import PQGen
from psycopg.generators import fetch, send
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from workers.rehearsal.binaries import Binaries
from workers.rehearsal.enclosure import HARMLESS, INITIALISE, OWNER, Enclosure, Limits
from workers.rehearsal.reason import CannotRehearse, excuse, shortened
from workers.rehearsal.templates import Templates
from workers.rehearsal.walls import Walls

DATABASE: Final = "app"
MIGRATOR: Final = "postgres"  # the name that histories grant to and hand over to; it is no superuser here
WATCHER: Final = "watcher"
FOUNDATION: Final = (
    ("postgres", (f"CREATE ROLE {MIGRATOR} LOGIN", f"CREATE ROLE {WATCHER} LOGIN")),
    ("template1", (f"ALTER DATABASE postgres RENAME TO {DATABASE}", f"ALTER DATABASE {DATABASE} OWNER TO {MIGRATOR}")),
    (
        DATABASE,
        (
            "UPDATE pg_database SET datistemplate = false",
            "DROP DATABASE template0",
            "DROP DATABASE template1",
            "DROP EXTENSION plpgsql",  # whoever owns the database owns its language, as the author of a dump did
        ),
    ),
)
BEFORE_15: Final = f"ALTER SCHEMA public OWNER TO {MIGRATOR}"  # where the owner of a database owns it anyway
COPYING: Final = (ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH)
WATCHING: Final = "-c search_path= -c default_transaction_read_only=on -c lock_timeout=2s"


@dataclass(frozen=True, slots=True)
class Step:
    """One migration of the merged history: its path, the SQL that Ecto sent, and whether in one transaction."""

    path: str
    statements: tuple[str, ...]
    in_transaction: bool = True


@dataclass(frozen=True, slots=True)
class Base:
    """The merged history, oldest first."""

    steps: tuple[Step, ...] = ()

    def keys(self, binaries: Binaries) -> tuple[str, ...]:
        """Return a key for the empty database of such a server, and one for it after each step."""
        key = sha256(repr((binaries, FOUNDATION, HARMLESS, INITIALISE)).encode())
        keys = [key.hexdigest()]
        for step in self.steps:
            key.update(repr((step.statements, step.in_transaction)).encode())
            keys.append(key.hexdigest())
        return tuple(keys)


@dataclass(frozen=True, slots=True)
class Yard:
    """Where rehearsals take place: between which walls, within which limits, with templates kept where."""

    walls: Walls
    templates: Templates
    limits: Limits = field(default_factory=Limits)
    building: float = 300.0  # seconds for replaying a history, which is done once


class Server:
    """A running PostgreSQL with one database."""

    def __init__(self, enclosure: Enclosure, binaries: Binaries, limits: Limits) -> None:
        self._enclosure = enclosure
        self._patience = limits.statement
        self.version = binaries.version
        self.major = binaries.major

    def connect(self, database: str = DATABASE) -> psycopg.Connection:
        """Connect in autocommit as the owner of the database, who may do nothing outside of it."""
        session = self._open(MIGRATOR, "", database)
        session.add_notify_handler(lambda _: None)  # psycopg keeps what nobody handles
        return session

    def watch(self, database: str = DATABASE) -> psycopg.Connection:
        """Connect in autocommit as a role that only reads the catalogue, where no stranger's object shadows it."""
        return self._open(WATCHER, WATCHING, database)

    def own(self, database: str = DATABASE) -> psycopg.Connection:
        """Connect in autocommit as the cluster's superuser, before any stranger did."""
        return self._open(OWNER, "-c search_path=", database)

    def send(self, session: psycopg.Connection, sql: str) -> None:
        """Run one statement of a stranger's as Ecto would, in one message of its own, and throw its rows away."""
        if "\0" in sql:
            raise CannotRehearse("its SQL holds a NUL character")
        try:
            with session.lock:
                session.wait(_run(session.pgconn, sql.encode()))
        except UnicodeEncodeError as error:
            raise CannotRehearse("its SQL holds half a character") from error
        except psycopg.Error as error:
            lost = session.closed and not isinstance(error, errors.AdminShutdown)  # or else it ended its own session
            reason = excuse(error) or (self._enclosure.ending() if lost else None)
            if reason is None:
                raise
            raise CannotRehearse(reason) from error

    def replay(self, step: Step) -> None:
        """Run a migration of the merged history."""
        with self.connect() as session, session.transaction() if step.in_transaction else nullcontext():
            for sql in step.statements:
                try:
                    self.send(session, sql)
                except (psycopg.Error, CannotRehearse) as error:
                    what = f"{shortened(str(error))}, at {shortened(sql)}"
                    raise CannotRehearse(f"the merged history does not replay: {step.path}: {what}") from error

    def _open(self, role: str, options: str, database: str = DATABASE) -> psycopg.Connection:
        try:
            return psycopg.connect(
                host=self._enclosure.host,
                user=role,
                dbname=database,
                options=f"-c statement_timeout={self._patience}s {options}",
                client_encoding="UTF8",
                autocommit=True,
            )
        except psycopg.OperationalError as error:
            raise CannotRehearse(self._enclosure.ending() or f"PostgreSQL does not answer: {error}") from error


def _run(connection: PGconn, sql: bytes) -> PQGen[None]:
    """Send *sql* and let go of its rows one by one, so that no result fills the worker's memory."""
    connection.send_query_params(sql, None)
    connection.set_single_row_mode()
    yield from send(connection)
    failed: PGresult | None = None
    while (result := (yield from fetch(connection))) is not None:
        if result.status in COPYING:
            connection.finish()
            raise CannotRehearse("it copies from or to its client")
        if result.status == ExecStatus.FATAL_ERROR:
            failed = result
    if failed is not None:
        raise errors.error_from_result(failed, "utf-8")


@contextmanager
def sandbox(binaries: Binaries, base: Base, yard: Yard, *, trusted: bool = False) -> Iterator[Server]:
    """Yield a server of *binaries* in which *base* has run.

    Where walls are missing, only what is *trusted* runs: whoever wrote it may run things on this machine anyway.
    """
    if not (trusted or yard.walls.stand):
        raise CannotRehearse(f"this machine cannot wall it off: {yard.walls.reason}")
    with _template(binaries, base, yard) as archive, _running(binaries, yard, archive) as (server, _):
        yield server


@contextmanager
def _running(binaries: Binaries, yard: Yard, archive: IO[bytes] | None) -> Iterator[tuple[Server, Enclosure]]:
    with Enclosure(binaries, yard.limits, enclosed=yard.walls.stand, archive=archive) as enclosure:
        yield Server(enclosure, binaries, yard.limits), enclosure


def _template(binaries: Binaries, base: Base, yard: Yard) -> IO[bytes]:
    """Return a data folder that holds *base*, from the longest part of it that is there already."""
    building = replace(yard, limits=replace(yard.limits, seconds=yard.building))
    keys = base.keys(binaries)
    held = ((done, yard.templates.get(keys[done])) for done in range(len(base.steps), -1, -1))
    done, archive = next(((done, archive) for done, archive in held if archive is not None), (0, None))
    if archive is None:
        archive = yard.templates.put(keys[0], lambda file: _found(binaries, building, file))
    if done == len(base.steps):
        return archive
    with archive, _running(binaries, building, archive) as (server, enclosure):
        done, failure = _replay(server, base.steps, done)
        kept = yard.templates.put(keys[done], enclosure.pack)
    if failure is not None:
        kept.close()
        raise failure
    return kept


def _replay(server: Server, steps: tuple[Step, ...], done: int) -> tuple[int, CannotRehearse | None]:
    """Run *steps* after the first *done*; return how many the database then holds, and why not all."""
    for step in steps[done:]:
        try:
            server.replay(step)
        except CannotRehearse as failure:
            if not step.in_transaction:  # what it did is still there, and would be taken for the steps before it
                raise
            return done, failure
        done += 1
    return done, None


def _found(binaries: Binaries, yard: Yard, file: IO[bytes]) -> None:
    """Make a cluster with an empty database, its owner and a watcher, and write it to *file*."""
    with _running(binaries, yard, None) as (server, enclosure):
        for database, statements in FOUNDATION:
            with server.own(database) as owner:
                for sql in statements:
                    owner.execute(sql)
                if database == DATABASE and server.major < 15:  # noqa: PLR2004 - PostgreSQL 15
                    owner.execute(BEFORE_15)
        with server.connect() as migrator:
            migrator.execute("CREATE EXTENSION plpgsql")
        enclosure.pack(file)
