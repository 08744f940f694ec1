"""A PostgreSQL of one rehearsal's own, holding the merged history, thrown away whatever happens.

    with sandbox(binaries, base, yard) as server, server.connect() as session, server.watch() as watcher:
        server.send(session, "ALTER TABLE posts ADD body text")

`connect` gives the role that owns the database and runs what strangers wrote, in autocommit; `watch` gives one that
owns nothing, for reading the catalogue. `send` is the only way for a stranger's statement. It raises psycopg.Error when
PostgreSQL refuses the statement or is gone. CannotRehearse means "not rehearsed, because ...".
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

import psycopg

NOBODY: Final = 65534


class CannotRehearse(Exception):
    """There is no rehearsal; str() is the reason, which completes "not rehearsed, because"."""


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

    def keys(self, version: str) -> Iterator[str]:
        """Yield a key for the empty database of a server of *version*, then one for it after each step."""
        key = sha256(version.encode())
        yield key.hexdigest()
        for step in self.steps:
            key.update(repr((step.statements, step.in_transaction)).encode())
            yield key.hexdigest()


@dataclass(frozen=True, slots=True)
class Yard:
    """Where rehearsals take place, and how much each may use."""

    seconds: float = 60.0  # from the start of the server to its end, whoever still waits for it
    memory: int = 1 << 30  # bytes of address space for each process
    disk: int = 512 << 20  # bytes for the whole cluster


class Server(Protocol):
    """A running PostgreSQL that holds the base."""

    version: str  # as "16.4"
    major: int

    def connect(self) -> psycopg.Connection:
        """Connect in autocommit as the owner of the database, who may do nothing outside of it."""
        ...

    def watch(self) -> psycopg.Connection:
        """Connect in autocommit as a role that only reads the catalogue, where no hostile object shadows it."""
        ...

    def send(self, session: psycopg.Connection, sql: str) -> None:
        """Run one statement of a stranger's on *session*, whose rows are thrown away."""
        ...


class _Cluster:
    def __init__(self, folder: Path, version: str) -> None:
        self.folder = folder
        self.version = version
        self.major = int(version.partition(".")[0])

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="migrator", dbname="app", autocommit=True)

    def watch(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder), user="watcher", dbname="app", autocommit=True, options="-csearch_path="
        )

    def send(self, session: psycopg.Connection, sql: str) -> None:
        session.execute(sql.encode(), prepare=False)


@contextmanager
def sandbox(binaries: Path, base: Base, yard: Yard) -> Iterator[Server]:
    """Yield a server of *binaries* in which *base* has run; CannotRehearse where there is none."""
    del yard
    version = subprocess.run([binaries / "postgres", "-V"], check=True, capture_output=True, text=True).stdout
    folder = Path(tempfile.mkdtemp(prefix="ecto-fix-"))
    user = NOBODY if os.geteuid() == 0 else os.geteuid()
    os.chown(folder, user, -1)
    initdb = [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder, env={"TZ": "UTC"})
    options = ("fsync=off", "listen_addresses=", f"unix_socket_directories={folder}", "timezone=UTC")
    command = [binaries / "postgres", "-D", folder / "data", *(part for option in options for part in ("-c", option))]
    with subprocess.Popen(command, user=user, cwd=folder, stderr=subprocess.DEVNULL) as process:
        try:
            _found(folder, base.steps)
            yield _Cluster(folder, version.split()[2])
        finally:
            process.kill()
            shutil.rmtree(folder, ignore_errors=True)


def _found(folder: Path, steps: Sequence[Step]) -> None:
    while not (folder / ".s.PGSQL.5432").exists():
        time.sleep(0.01)
    time.sleep(0.1)
    with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as owner:
        owner.execute("CREATE ROLE migrator LOGIN")
        owner.execute("CREATE ROLE watcher LOGIN")
        owner.execute("CREATE DATABASE app OWNER migrator")
    server = _Cluster(folder, "0")
    with server.connect() as session:
        for step in steps:
            for statement in step.statements:
                server.send(session, statement)
