"""The migrations of a folder as Ecto lists them, and what a migration shares with those before it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rules.ecto.files import name_of, version_of
from rules.ecto.migration import Migration
from rules.ecto.structure import Dump


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What a migration meets among those that Ecto lists with it; files by their names, the first one counts."""

    same_version: str | None = None
    same_name: str | None = None
    same_module: str | None = None
    is_twin_new: bool = False  # whether the file with the same module comes with this one, and has run nowhere
    newest: str | None = None  # its path on the base branch; None where it is not known that it ran before this one
    merged: Migration | None = None  # this very migration on the base branch, where it is edited
    modules: frozenset[str] = frozenset()  # names that are taken
    undumped: str | None = None  # the structure.sql that has the migration before this one, and lacks this one


class Listing:
    """Collects the migrations of a folder in the order in which they came to be."""

    def __init__(self, removed: Collection[str] = (), dump: Dump | None = None) -> None:
        self._removed = removed  # ran, and are no longer there
        self._dump = dump
        self._versions: dict[int | None, list[str]] = {}
        self._names: dict[str, list[str]] = {}
        self._modules: dict[str, list[str]] = {}
        self._new: set[str] = set()  # paths of what no database has run

    def add(self, path: str, module: str | None, *, is_new: bool = False) -> None:
        """Take a migration into the list, with the module that it defines."""
        version = version_of(path)
        if version is None:
            return
        self._versions.setdefault(version, []).append(path)
        self._new |= {path} if is_new else set()
        if path not in self._removed:
            self._names.setdefault(name_of(path), []).append(path)
            if module is not None:
                self._modules.setdefault(module, []).append(path)

    def newest(self, path: str) -> str | None:
        """Return the listed migration of the highest version that runs with *path*."""
        versions = sorted(((version or 0, found) for version, found in self._versions.items()), reverse=True)
        return next((one for _, found in versions for one in _meeting(found, path)), None)

    def neighbours(
        self, migration: Migration, newest: str | None = None, merged: Migration | None = None
    ) -> Neighbours:
        """Return what *migration* meets among those that are listed."""
        path = migration.source.path
        twins = list(_meeting(self._modules.get(migration.module or "", []), path))
        return Neighbours(
            _first(self._versions.get(version_of(path), []), path),
            _first(self._names.get(name_of(path), []), path),
            _file(twins[0]) if twins else None,
            bool(twins) and twins[0] in self._new,
            newest,
            merged,
            frozenset(self._modules),
            self._undumped(path),
        )

    def _undumped(self, path: str) -> str | None:
        dump, version = self._dump, version_of(path)
        if dump is None or version is None or version in dump.versions:
            return None
        # Who has stopped dumping long ago is told once.
        earlier = sorted((one for one in self._versions if one is not None and one < version), reverse=True)
        before = next((one for one in earlier if any(_meeting(self._versions[one], path))), None)
        return _file(dump.path) if before in dump.versions else None


def _first(paths: list[str], path: str) -> str | None:
    return next((_file(one) for one in _meeting(paths, path)), None)


def _meeting(paths: list[str], path: str) -> Iterator[str]:
    """Yield those that Ecto lists with *path*, whichever folder it is told; folders side by side may be two runs."""
    folder = _folder(path)
    for other in paths:
        if _folder(other).startswith(folder) or folder.startswith(_folder(other)):
            yield other


def _file(path: str) -> str:
    return path.rpartition("/")[2]


def _folder(path: str) -> str:
    return path[: path.rindex("/") + 1] if "/" in path else ""
