"""One direction of a migration, sent as Ecto would, and what each statement does to tables that others use.

Locks are seen from a second session while the transaction is still open. A statement that cannot run in a transaction
holds nothing when it is over: it is made to wait for a bystander, and its locks are those that it asks for meanwhile.
"""

import re
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import psycopg
from psycopg import errors
from psycopg.errors import Diagnostic
from psycopg.pq import TransactionStatus

from rules.postgres.effects.effect import Effect
from rules.postgres.locks import Lock
from rules.postgres.observation import Observed, Refusal, Showing
from rules.postgres.program import Part
from rules.source import Span
from rules.sql.names import Name
from workers.rehearsal.reason import CannotRehearse

MODES: Final = {"".join(word.capitalize() for word in lock.name.split("_")) + "Lock": lock for lock in Lock}
TABLES: Final = """
SELECT c.oid, nullif(nspname, 'public'), relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'm', 'v') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
AND relname <> 'schema_migrations'
"""
LOCKS: Final = """
SELECT relation, mode, granted FROM pg_locks WHERE pid = %s AND (locktype = 'relation' OR NOT granted)
"""
# As the migration's own session sees them before its transaction ends. Its operators may be a stranger's: use none.
FILES: Final = "SELECT oid, relfilenode FROM pg_catalog.pg_class"
KEYS: Final = "SELECT conname, conrelid FROM pg_catalog.pg_constraint"
SPOKEN: Final = re.compile(
    r'(?P<verb>verifying|rewriting) table "(?P<table>.+)"|building index ".+" on table "(?P<indexed>.+?)"'
    r'|validating foreign key constraint "(?P<key>.+)"'
)
MOST_SPOKEN: Final = 1_000  # a stranger's NOTICE may look like it, and come for ever
UNTOLD: Final = re.compile(r"\s*(UPDATE|DELETE|CLUSTER|REFRESH)\b", re.IGNORECASE)  # of whose reading nothing is said
EMPTIED: Final = re.compile(r"\s*TRUNCATE\b", re.IGNORECASE)  # takes new files, and writes no row to them
# What means something else in a transaction that is opened round it.
CONTROL: Final = re.compile(
    r"\s*(BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|PREPARE|LOCK|DECLARE|SET\s+LOCAL)\b", re.IGNORECASE
)
ALONE: Final = (errors.ActiveSqlTransaction, errors.InvalidTransactionTermination)
LOOK: Final = 0.001  # seconds between two looks at a statement that waits


class Server(Protocol):
    """What a rehearsal needs of a PostgreSQL; CannotRehearse from any of it."""

    version: str

    def connect(self) -> psycopg.Connection:
        """Connect in autocommit as the one who migrates."""

    def watch(self) -> psycopg.Connection:
        """Connect in autocommit to read the catalogue."""

    def send(self, session: psycopg.Connection, sql: str) -> None:
        """Run one statement of a stranger's; psycopg.Error when PostgreSQL refuses it."""


@dataclass
class Trace:
    """A session that migrates, and one that watches it."""

    server: Server
    session: psycopg.Connection
    watcher: psycopg.Connection
    tables: dict[int, Name] = field(default_factory=dict)  # that others can see
    files: dict[int, int] = field(default_factory=dict)  # as the last statement left them
    held: dict[int, Lock] = field(default_factory=dict)  # in the present transaction
    spoken: list[re.Match[str]] = field(default_factory=list)

    def run(self, part: Part, *, in_transaction: bool) -> Showing:
        """Send a direction until something refuses it; what it did without a transaction remains."""
        rows = self.watcher.execute(TABLES.encode()).fetchall()
        self.tables = {oid: Name(prefix, name) for oid, prefix, name in rows}
        self.files = dict(self.session.execute(FILES.encode()).fetchall())
        self.held = {}
        with self._listening():
            if in_transaction:
                self._command("BEGIN")
            seen, refusal, span = self._all(part)
            refused = refusal is not None or part.refusal is not None
            if self.session.info.transaction_status is not TransactionStatus.IDLE:
                ended = self._end("ROLLBACK" if refused and in_transaction else "COMMIT")
                refusal = refusal or ended
        return Showing(tuple(_kept(seen) if in_transaction else seen), refusal or part.refusal, span or part.refused)

    def _all(self, part: Part) -> tuple[list[Observed], Refusal | None, Span | None]:
        seen: list[Observed] = []
        for sent in part.sent:
            seen.append(replace(self._one(sent.sql), span=sent.span))
            if seen[-1].refusal is not None:
                return seen, seen[-1].refusal, sent.span
        return seen, None, None

    def _one(self, sql: str) -> Observed:
        if self.session.info.transaction_status is not TransactionStatus.IDLE or CONTROL.match(sql):
            return self._sent(sql)
        self.held = {}
        self._command("BEGIN")
        try:
            seen = self._sent(sql, lonely=ALONE)
        except ALONE:
            self._command("ROLLBACK")
            return self._alone(sql)
        refusal = self._end("COMMIT")
        return replace(seen, refusal=seen.refusal or refusal)

    def _sent(self, sql: str, lonely: tuple[type[psycopg.Error], ...] = ()) -> Observed:
        """Send *sql* in the transaction that is open; raises what is *lonely*."""
        self.spoken.clear()
        began = time.perf_counter()
        try:
            self.server.send(self.session, sql)
        except lonely:
            raise
        except psycopg.Error as error:
            return Observed(sql, None, _milliseconds(began), refusal=_refusal(error))
        took = _milliseconds(began)
        return Observed(sql, None, took, tuple(self._effects(sql, self._locks())))

    def _alone(self, sql: str) -> Observed:
        """Send what refuses to run in a transaction while a bystander stands in its way."""
        self.spoken.clear()
        refused: list[psycopg.Error | CannotRehearse] = []
        asked: dict[int, Lock] = {}

        def send() -> None:
            try:
                self.server.send(self.session, sql)
            except (psycopg.Error, CannotRehearse) as error:
                refused.append(error)

        with _bystander(self.server) as bystander:
            running = threading.Thread(target=send)
            began = time.perf_counter()
            running.start()
            while running.is_alive():
                waits = self._asked(asked)
                if waits and bystander.info.transaction_status is not TransactionStatus.IDLE:
                    bystander.execute("ROLLBACK")
                    began = time.perf_counter()
                running.join(LOOK)
        took = _milliseconds(began)
        refusal = None
        for error in refused:
            if isinstance(error, CannotRehearse):
                raise error
            refusal = _refusal(error)
        return Observed(sql, None, took, tuple(self._effects(sql, asked)), refusal=refusal)

    def _asked(self, asked: dict[int, Lock]) -> bool:
        """Add to *asked* what the session holds or wants, and tell whether it waits."""
        waits = False
        for oid, mode, granted in self._watched():
            waits = waits or not granted
            if oid in self.tables and mode in MODES:
                asked[oid] = max(asked.get(oid, Lock.ACCESS_SHARE), MODES[mode])
        return waits

    def _locks(self) -> dict[int, Lock]:
        """Return the locks that are held now and were not before the statement."""
        held: dict[int, Lock] = {}
        for oid, mode, granted in self._watched():
            if granted and oid in self.tables and mode in MODES:
                held[oid] = max(held.get(oid, Lock.ACCESS_SHARE), MODES[mode])
        newly = {oid: lock for oid, lock in held.items() if lock > self.held.get(oid, 0)}
        self.held = held
        return newly

    def _watched(self) -> list[tuple[int | None, str, bool]]:
        return self.watcher.execute(LOCKS.encode(), (self.session.info.backend_pid,)).fetchall()

    def _effects(self, sql: str, locks: dict[int, Lock]) -> Iterator[Effect]:
        if self.session.info.transaction_status is TransactionStatus.INERROR:
            return
        files: dict[int, int] = dict(self.session.execute(FILES.encode()).fetchall())
        anew = {oid for oid in self.tables if files.get(oid, self.files.get(oid)) != self.files.get(oid)}
        self.files = files
        read = self._read() | anew
        if EMPTIED.match(sql):
            anew = read = set()
        untold = None if UNTOLD.match(sql) else False
        for oid, name in self.tables.items():
            if oid in locks or oid in read:
                lock = max(locks.get(oid, Lock.ACCESS_SHARE), self.held.get(oid, Lock.ACCESS_SHARE))
                yield Effect(lock, name, True if oid in read else untold, oid in anew)

    def _read(self) -> set[int]:
        """Return the tables of which the server said that it reads all rows."""
        names = {one["table"] or one["indexed"] for one in self.spoken}
        keys = {one["key"] for one in self.spoken if one["key"]}
        found = {oid for oid, name in self.tables.items() if name.name in names}
        if keys:
            found |= {oid for name, oid in self.session.execute(KEYS.encode()).fetchall() if name in keys}
        return found & self.tables.keys()

    def _command(self, sql: str) -> None:
        self.session.execute(sql.encode())

    def _end(self, how: str) -> Refusal | None:
        """End the transaction; what was deferred until then may be refused only now."""
        try:
            self._command(how)
        except psycopg.Error as error:
            return _refusal(error)
        return None

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Hear what the server says it is doing to tables."""

        def hear(diagnostic: Diagnostic) -> None:
            said = SPOKEN.match(diagnostic.message_primary or "")
            if said and len(self.spoken) < MOST_SPOKEN:
                self.spoken.append(said)

        self.session.add_notice_handler(hear)
        self._command("SET client_min_messages = debug1")
        try:
            yield
        finally:
            self.session.remove_notice_handler(hear)


@contextmanager
def _bystander(server: Server) -> Iterator[psycopg.Connection]:
    """Yield a session with a snapshot, and with a lock on each table that is in the way of any change of it."""
    with server.connect() as session:
        session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        rows = session.execute("SELECT oid::regclass::text FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p')")
        for (name,) in rows.fetchall():
            if not name.startswith(("pg_", "information_schema.")):
                session.execute(f"LOCK TABLE {name} IN SHARE UPDATE EXCLUSIVE MODE".encode())
        yield session


def _kept(seen: Iterable[Observed]) -> list[Observed]:
    """Add for how long later statements keep the locks of each."""
    later, kept = 0.0, []
    for one in reversed(list(seen)):
        kept.append(replace(one, kept=later) if one.effects else one)
        later += one.milliseconds
    return kept[::-1]


def _milliseconds(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)


def _refusal(error: psycopg.Error) -> Refusal:
    return Refusal(" ".join((error.diag.message_primary or str(error)).split()), error.sqlstate)
