"""A PostgreSQL behind walls, as the worker sees it: started by a keeper, reached by a descriptor, gone when closed."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self

from workers.rehearsal.binaries import Binaries
from workers.rehearsal.cgroup import Cgroup, delegated
from workers.rehearsal.plan import Plan
from workers.rehearsal.reason import CannotRehearse

ROOT: Final = str(Path(__file__).parents[2])
KEEPER: Final = f"import sys; sys.path.append({ROOT!r}); from workers.rehearsal.keeper import main; main()"
OWNER: Final = "keeper"  # the cluster's superuser, which runs nothing of a stranger's
NOBODY: Final = 65534  # owns nothing on Debian, and has the name that initdb asks for
NAMELESS: Final = range(61184, 65520)  # users that no account has; a server behind walls is alone with its own
SHUT: Final = 15.0  # seconds that a keeper may take to end what it kept
LAST_WORDS: Final = 2.0  # seconds in which a keeper tells why the server went
INITIALISE: Final = ("-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-locale", "-N", "--wal-segsize=1")

# Extensions that PostgreSQL gives to superusers only, and that reach no file, no network, no other process and no raw
# memory. Whoever owns a database may create them behind walls; everything else is as its author decided.
HARMLESS: Final = (
    "address_standardizer",
    "autoinc",
    "bloom",
    "dict_xsyn",
    "earthdistance",
    "insert_username",
    "intagg",
    "moddatetime",
    "pg_stat_statements",
    "postgis",
    "postgis_raster",
    "postgis_tiger_geocoder",
    "postgis_topology",
    "refint",
    "rum",
    "sslinfo",
    "vector",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one server may use."""

    seconds: float = 60.0  # from its start to its end, whoever still waits for it
    statement: int = 20  # seconds for one statement; a session may allow itself more, so this is a courtesy and no wall
    memory: int = 512 << 20  # bytes of address space for each process; bounds what one message to the worker can hold
    disk: int = 512 << 20  # bytes of all its files
    sessions: int = 4  # a rehearsal has two at a time; whoever runs SQL can open none

    @property
    def together(self) -> int:
        """The bytes that a cgroup lets all of it have, what is in files of memory included."""
        return self.memory + self.disk

    @property
    def said(self) -> str:
        """Say what bounds the memory of a whole server."""
        if delegated() is not None:
            return f"a cgroup holds each server to {self.together >> 20} MiB"
        most = f"{self.sessions} sessions of {self.memory >> 20} MiB and {self.disk >> 20} MiB of files"
        return f"no cgroup is delegated; each server has at most {most}"

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings of such a server; what a role may change of them is no wall."""
        return (
            "listen_addresses=",
            f"max_connections={self.sessions}",
            "superuser_reserved_connections=0",
            "max_worker_processes=0",  # nothing runs beside the sessions: no parallel plans, no extension's own
            "max_prepared_transactions=0",
            "max_wal_senders=0",
            "wal_level=minimal",
            "max_wal_size=32MB",
            "min_wal_size=2MB",
            "fsync=off",
            "full_page_writes=off",
            "synchronous_commit=off",
            "shared_buffers=16MB",
            "dynamic_shared_memory_type=mmap",  # files of its own folder, not of the machine's /dev/shm
            "huge_pages=off",
            "jit=off",
            "autovacuum=off",  # takes locks that no statement asked for
            "max_locks_per_transaction=256",
            f"temp_file_limit={self.disk // 4 >> 10}",
            "log_min_messages=fatal",  # what a stranger's SQL says fills no log
            "log_min_error_statement=panic",
            "lc_messages=C",
            "timezone=UTC",
            "restart_after_crash=off",
        )


class Enclosure:
    """One running server; with *enclosed*, in namespaces of its own. CannotRehearse when it does not start."""

    def __init__(self, binaries: Binaries | None, limits: Limits, *, enclosed: bool, archive: IO[bytes] | None) -> None:
        self._limits = limits
        self._folder = None if enclosed else Path(tempfile.mkdtemp(prefix="ecto-fix-rehearsal-"))
        self._run: int | None = None
        self._ended: str | None = None
        self._cgroup: Cgroup | None = None
        self._wire, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._keeper = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", KEEPER],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},  # nothing of the worker's, which holds the App's key
                cwd="/",
                start_new_session=True,  # a terminal interrupts the worker, which ends this by hanging up
            )
        try:
            self._share_memory()
            self._ask(json.dumps(asdict(self._plan(binaries, enclosed=enclosed))).encode(), archive)
        except BaseException:
            self.close()
            raise

    @property
    def host(self) -> str:
        """What libpq takes for the server's host: no path of the machine leads there."""
        return f"/proc/self/fd/{self._run}"

    def pack(self, file: IO[bytes]) -> None:
        """End the server in good order, and write its data folder to *file*."""
        self._ask(b"pack", file)

    def ending(self) -> str | None:
        """Say why the server ended, when it did so by itself."""
        if self._ended is None:
            self._wire.settimeout(LAST_WORDS)
            with suppress(OSError, ValueError):
                self._ended = str(json.loads(self._wire.recv(1 << 16))["failed"])
        return self._ended

    def close(self) -> None:
        """End the server and all that came of it."""
        if self._run is not None:
            os.close(self._run)
            self._run = None
        self._wire.close()
        try:
            self._keeper.wait(SHUT)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.wait()
        if self._cgroup is not None:
            self._cgroup.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _share_memory(self) -> None:
        """Put the keeper, which waits to be asked, into a cgroup where there may be one."""
        parent = delegated()
        if parent is None:
            return
        try:
            self._cgroup = Cgroup(parent, self._limits.together)
            self._cgroup.adopt(self._keeper.pid)
        except OSError as error:
            raise CannotRehearse(f"its memory cannot be bounded: {error}") from error

    def _plan(self, binaries: Binaries | None, *, enclosed: bool) -> Plan:
        user, group = os.geteuid(), os.getegid()
        if user == 0:
            user = group = NAMELESS[self._keeper.pid % len(NAMELESS)] if enclosed else NOBODY
        return Plan(
            enclosed=enclosed,
            user=user,
            group=group,
            folder=str(self._folder or "/rehearsal"),
            binaries=str(binaries.folder) if binaries else "",
            extensions=str(binaries.extensions) if binaries else "",
            trusted=HARMLESS if binaries else (),
            initialise=INITIALISE,
            options=tuple(part for setting in self._limits.settings for part in ("-c", setting)),
            seconds=self._limits.seconds,
            memory=self._limits.memory,
            disk=self._limits.disk,
        )

    def _ask(self, question: bytes, file: IO[bytes] | None) -> None:
        """Send *question* with *file*, and wait for the answer."""
        self._wire.settimeout(self._limits.seconds + SHUT)
        try:
            socket.send_fds(self._wire, [question], [file.fileno()] if file else [])
            answer, files, _, _ = socket.recv_fds(self._wire, 1 << 16, 1)
        except OSError as error:
            raise CannotRehearse(f"its keeper does not answer: {error}") from error
        said = json.loads(answer or '{"failed": "its keeper died"}')
        if files:
            self._run = files[0]
        if "failed" in said:
            raise CannotRehearse(said["failed"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
