"""What a `structure.sql` knows: the versions that were migrated when `mix ecto.dump` wrote it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rules.ecto.config import NO_REPO, Repo
from rules.source import SourceFile

# As the adapters of PostgreSQL, MySQL and SQLite end their dumps.
INSERTED: Final = re.compile(
    r"INSERT INTO [^;(]*(?:schema_migrations\b|\(\s*\"?version\"?\s*\))[^;]*?VALUES([^;]*);", re.IGNORECASE
)
VERSION: Final = re.compile(r"\(\s*'?(\d+)")


@dataclass(frozen=True, slots=True)
class Dump:
    """A dump of the database, and the versions that are part of it."""

    path: str
    versions: frozenset[int]
    text: str = ""


def dump_beside(folder: str, project: Iterable[SourceFile], repo: Repo = NO_REPO) -> Dump | None:
    """Return the dump of a folder of migrations, where Ecto writes it; None where none tells a version."""
    priv = folder.rpartition("/")[0]
    application = priv[: priv.index("priv/")] if "priv/" in priv else ""
    path = f"{priv}/structure.sql" if repo.dump_path is None else f"{application}{repo.dump_path}"
    dumps = (Dump(path, versions_in(file), file.text) for file in project if file.path == path)
    return next((dump for dump in dumps if dump.versions), None)


@lru_cache(maxsize=8)  # the same few, for every push of a pull request
def versions_in(dump: SourceFile) -> frozenset[int]:
    """Return the versions that *dump* inserts."""
    return frozenset(int(version) for part in INSERTED.findall(dump.text) for version in VERSION.findall(part))
