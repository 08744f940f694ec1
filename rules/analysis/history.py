"""A change, as the databases see it: folder by folder, in the order in which its migrations run."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rules.analysis.reading import read_file
from rules.ecto.files import folder_of, is_passed_over, share_database, version_of
from rules.settings import Settings
from rules.source import Change, SourceFile


def histories(change: Change, settings: Settings) -> Iterator[Change]:
    """Part a change by folder of migrations: what runs on one database does not meet what runs on another."""
    proposed: dict[str, list[SourceFile]] = {}
    for file in change.proposed:
        if is_passed_over(file.path) and read_file(file, change.project).migration.module is None:
            continue  # is not meant to be one
        if not settings.paths or any(file.path.startswith(f"{path}/") for path in settings.paths):
            proposed.setdefault(folder_of(file.path), []).append(file)
    edited = {file.path for file in change.proposed}
    for folder, files in proposed.items():
        merged = tuple(file for file in change.merged if folder_of(file.path) == folder and file.path not in edited)
        replaced = tuple(file for file in change.replaced if folder_of(file.path) == folder)
        beside = tuple(
            file for file in (*change.merged, *change.proposed) if share_database(folder, folder_of(file.path))
        )
        yield replace(change, merged=merged, proposed=tuple(files), replaced=replaced, beside=beside)


def edited_in(history: Change) -> dict[SourceFile, SourceFile]:
    """Return what becomes of each file that is replaced: the one at its path, or else the one of its version."""
    at_path = {file.path: file for file in history.proposed}
    of_version = {version_of(file.path): file for file in history.proposed}
    found = ((old, at_path.get(old.path) or of_version.get(version_of(old.path))) for old in history.replaced)
    return {old: new for old, new in found if new is not None}


def in_order(files: Iterable[SourceFile]) -> list[SourceFile]:
    """Return *files* as Ecto would run them."""
    return sorted(files, key=lambda file: (version_of(file.path) or 0, file.path))
