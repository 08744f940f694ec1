"""Snapshots of histories, kept in the user's own cache folder.

Nobody else may write there: a folder that is not this user's alone is left alone. What cannot be read, or is not what
was written, is as good as not there; what cannot be written is not kept.
"""

import os
import stat
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

from workers.edition import edition

ROOM: Final = 64 * 2**20  # bytes; the snapshot of a thousand migrations takes one million
DIGEST: Final = 20  # bytes before each snapshot, which tell whether the rest is what was written


class Shelf:
    """A folder of snapshots, those of other versions of this code among them: they are never asked for, and go."""

    def __init__(self, folder: Path, version: str, room: int = ROOM) -> None:
        self._folder = folder
        self._version = version
        self._room = room

    def take(self, key: str) -> bytes | None:
        """Return what was kept under *key*, if it is still there and whole."""
        place = self._place(key)
        try:
            content = place.read_bytes()
            os.utime(place)  # what is of use stays longest
        except OSError:
            return None
        digest, snapshot = content[:DIGEST], content[DIGEST:]
        return snapshot if digest == _digest(snapshot) else None

    def keep(self, key: str, snapshot: bytes) -> None:
        """Keep *snapshot*, and let go of what has not been of use for longest."""
        place = self._place(key)
        written = place.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            written.write_bytes(_digest(snapshot) + snapshot)
            written.replace(place)  # whoever reads finds all of it, or what was there before
            self._make_room()

    def _place(self, key: str) -> Path:
        return self._folder / _digest(f"{self._version} {key}".encode()).hex()

    def _make_room(self) -> None:
        left = self._room
        kept = ((entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in os.scandir(self._folder))
        for _, size, path in sorted(kept, reverse=True):
            left -= size
            if left < 0:
                Path(path).unlink(missing_ok=True)


def shelf() -> Shelf | None:
    """Return this user's shelf; None where there is no folder that is theirs alone."""
    root = os.getenv("XDG_CACHE_HOME") or ""
    folder = (Path(root) if Path(root).is_absolute() else Path.home() / ".cache") / "ecto-fix"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except (OSError, RuntimeError):  # RuntimeError: there is no home
        return None
    is_theirs = found.st_uid == os.getuid() and not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    return Shelf(folder, edition()) if is_theirs else None


def _digest(snapshot: bytes) -> bytes:
    return blake2b(snapshot, digest_size=DIGEST).digest()
