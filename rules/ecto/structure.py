"""What a `structure.sql` knows: the versions that were migrated when `mix ecto.dump` wrote it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rules.source import SourceFile

# As the adapters of PostgreSQL, MySQL and SQLite end their dumps.
INSERTED: Final = re.compile(r"INSERT INTO [^;(]*schema_migrations\b[^;]*?VALUES([^;]*);", re.IGNORECASE)
VERSION: Final = re.compile(r"\(\s*'?(\d+)")


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump of the database, and the versions that are part of it."""

    path: str
    versions: frozenset[int]


def dump_beside(folder: str, project: Iterable[SourceFile]) -> Dump | None:
    """Return the dump that lies beside a folder of migrations, where Ecto writes it; None where it tells no version."""
    path = f"{folder.rpartition('/')[0]}/structure.sql"
    versions = next((versions_in(file) for file in project if file.path == path), frozenset())
    return Dump(path, versions) if versions else None


@lru_cache(maxsize=8)  # the same few, for every push of a pull request
def versions_in(dump: SourceFile) -> frozenset[int]:
    """Return the versions that *dump* inserts."""
    return frozenset(int(version) for part in INSERTED.findall(dump.text) for version in VERSION.findall(part))
