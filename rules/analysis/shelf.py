"""What has been worked out before: kept as bytes under a key that says all that it depends on, the code excepted.

Nothing is kept here: whoever asks for an analysis may bring a shelf. What is lost from it costs time, nothing else.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Final, Protocol

from rules.source import SourceFile

KEY: Final = 20  # bytes


class Shelf(Protocol):
    """Where things are kept, for one version of this code."""

    def take(self, key: str) -> bytes | None:
        """Return what was kept under *key*, if it is still there."""

    def keep(self, key: str, content: bytes) -> None:
        """Keep *content* for as long as there is room."""


class Chain:
    """The key of a sequence of files: of their paths and texts, and of their order."""

    def __init__(self, purpose: str, files: Iterable[SourceFile] = ()) -> None:
        self._hash = blake2b(purpose.encode(), digest_size=KEY)
        for file in files:
            self.add(file)

    def add(self, file: SourceFile) -> str:
        """Add *file* and return the key of all so far."""
        path, text = (part.encode("utf-8", "surrogatepass") for part in (file.path, file.text))
        self._hash.update(b"\0%d,%d:" % (len(path), len(text)))  # so that no two sequences are the same bytes
        self._hash.update(path + text)
        return self.key

    @property
    def key(self) -> str:
        """What stands for all so far."""
        return self._hash.hexdigest()
