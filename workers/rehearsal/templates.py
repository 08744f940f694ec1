"""Data folders that already hold a history, packed: one file each, named for its content, the oldest go first."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

SUFFIX: Final = ".tar"


@dataclass(frozen=True, slots=True)
class Templates:
    """A cache in *folder* that keeps at most *most* bytes."""

    folder: Path
    most: int = 2 << 30

    def get(self, key: str) -> IO[bytes] | None:
        """Open the template of *key*, which is then the youngest; nothing when there is none."""
        path = self.folder / (key + SUFFIX)
        with suppress(FileNotFoundError):
            os.utime(path)
            return path.open("rb")
        return None

    def put(self, key: str, fill: Callable[[IO[bytes]], None]) -> IO[bytes]:
        """Let *fill* write the template of *key*, keep it as a whole or not at all, and return it, opened."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with ExitStack() as undo:
            file = undo.enter_context(tempfile.NamedTemporaryFile(dir=self.folder, delete=False))
            undo.callback(Path(file.name).unlink, missing_ok=True)
            fill(file)
            file.flush()
            Path(file.name).replace(self.folder / (key + SUFFIX))
            undo.pop_all()
        self._forget()
        file.seek(0)
        return file

    def _forget(self) -> None:
        """Remove the oldest until what is left fits; what a killed worker left half done grows old as well."""
        left = self.most
        for status, path in sorted(self._files(), key=lambda file: file[0].st_mtime, reverse=True):
            left -= status.st_size
            if left < 0:
                path.unlink(missing_ok=True)

    def _files(self) -> Iterator[tuple[os.stat_result, Path]]:
        for path in self.folder.iterdir():
            with suppress(FileNotFoundError):  # a neighbour forgets, too
                yield path.stat(), path
