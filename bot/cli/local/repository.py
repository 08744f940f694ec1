"""The migrations of a work tree, the files that explain them, and which of them are under review."""

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from bot.cli.local import git
from bot.cli.main import CannotRun
from rules.ecto.code import naming, words
from rules.ecto.files import explains, folder_of, is_code, is_dump, is_judged, is_migration, version_of
from rules.finding import listed
from rules.source import Change, SourceFile

# Folders that hold other people's code, or what was built.
PASSED_OVER: Final = frozenset({".git", "deps", "_build", "node_modules", ".elixir_ls", ".venv"})
Files: TypeAlias = Mapping[str, SourceFile]  # by their paths
CONFIGURATION: Final = ".github/ecto-fix.yml"
LARGEST: Final = 1_000_000  # bytes; the largest migration seen in public has 464,000


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not read, and why not."""

    path: str
    reason: str

    @property
    def sentence(self) -> str:
        """What is said of it where its path stands beside."""
        return f"This file was not read: {self.reason}"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be reviewed, where it stands, and what could not be read."""

    root: Path
    change: Change
    refused: tuple[Refused, ...]
    config: str | None  # the text of .github/ecto-fix.yml


def select(paths: list[Path], base: str | None) -> Selection:
    """Read the repository around *paths*: what is below them is proposed, or, with *base*, what changed since there."""
    root = root_of(paths)
    texts, refused = read_tree(root)
    under_review = chosen(root, paths)
    present = {path: file for path, file in texts.items() if is_judged(path)}
    before = present if base is None else read_base(root, base)
    changed = present if base is None else {path for path, file in present.items() if before.get(path) != file}
    proposed = {path: present[path] for path in changed if under_review(path)}
    merged = {path: file for path, file in before.items() if is_migration(path)}
    replaced = replaced_by(proposed, merged, present)
    named = words(file.text for file in proposed.values())
    change = Change(
        merged=tuple(file for path, file in sorted(merged.items()) if path not in {**proposed, **replaced}),
        proposed=tuple(file for _, file in sorted(proposed.items())),
        project=tuple(file for path, file in sorted(texts.items()) if explains(path)),
        replaced=tuple(replaced.values()),
        removed=frozenset(merged) - set(present) - set(replaced),
        running=naming((file for path, file in sorted(before.items()) if is_code(path)), named),
        coming=naming((file for path, file in sorted(texts.items()) if is_code(path)), named),
        dumps=None if base is None else tuple(file for path, file in before.items() if is_dump(path)),
    )
    missed = tuple(file for file in refused if is_migration(file.path) and under_review(file.path))
    return Selection(root, change, missed, configuration(root))


def nothing(selection: Selection) -> str:
    """Say that nothing is under review, and where there is something."""
    folders = sorted({folder_of(file.path) for file in selection.change.merged})
    return f"Nothing to review here: the migrations lie in {listed(folders)}." if folders else "No migrations here."


def configuration(root: Path) -> str | None:
    """Return the text of the repository's configuration, if it has one; CannotRun where that is not to be read."""
    place = root / CONFIGURATION
    if not os.path.lexists(place):
        return None
    read = read_file(place, CONFIGURATION)
    if isinstance(read, Refused):
        raise CannotRun(f"{read.path} is not read: {read.reason}")
    return read.text


def replaced_by(proposed: Files, merged: Files, present: Files) -> Files:
    """Return those *merged* that are edited, or are now *present* under another name of the same version."""
    versions = {(folder_of(path), version_of(path)) for path in proposed}
    renamed = {path for path in merged if path not in present and (folder_of(path), version_of(path)) in versions}
    return {path: file for path, file in merged.items() if path in renamed or proposed.get(path, file) != file}


def root_of(paths: list[Path]) -> Path:
    """Return the one repository that all *paths* lie in."""
    roots = set()
    for path in paths:
        if not path.exists():
            raise CannotRun(f"there is no {path}")
        place = path.resolve()
        roots.add(around(place if place.is_dir() else place.parent))
    if len(roots) > 1:
        raise CannotRun("the paths lie in several repositories; name one at a time")
    return roots.pop()


def around(folder: Path) -> Path:
    """Return the repository around *folder*: git's, else the outermost mix project, else where we are called."""
    places = (folder, *folder.parents)
    projects = [place for place in places if (place / "mix.exs").exists()]
    here = [place for place in places if place == Path.cwd()]
    return git.toplevel(folder) or next(iter([*reversed(projects), *here]), folder)


def chosen(root: Path, paths: list[Path]) -> Callable[[str], bool]:
    """Return whether a path from *root* lies at or below one of *paths*."""
    places = [path.resolve().relative_to(root).as_posix() for path in paths]
    return lambda path: any(place in {".", path} or path.startswith(f"{place}/") for place in places)


def read_tree(root: Path) -> tuple[dict[str, SourceFile], tuple[Refused, ...]]:
    """Return the migrations, the files that explain them and the code, by path, and those that could not be read."""
    texts, refused = {}, []
    for path in walk(root):
        if is_judged(path) or explains(path) or is_code(path):
            read = read_file(root / path, path)
            if isinstance(read, SourceFile):
                texts[path] = read
            else:
                refused.append(read)
    return texts, tuple(refused)


def walk(root: Path) -> Iterator[str]:
    """Yield the path from *root* of each file below that may be the project's own."""
    above = len(f"{root}/")
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in PASSED_OVER)
        here = f"{folder}/"[above:]
        yield from (here + name for name in sorted(files) if name.endswith((".exs", ".ex", ".lock", ".sql")))


def read_file(place: Path, path: str) -> SourceFile | Refused:
    """Return the file at *place*, or why it is not read."""
    found = place.lstat()
    if stat.S_ISLNK(found.st_mode):
        return Refused(path, "it is a symbolic link")
    if not stat.S_ISREG(found.st_mode):
        return Refused(path, "it is no regular file")
    if found.st_size > LARGEST:
        return Refused(path, "it is larger than 1 MB")
    try:
        # Not read_text: universal newlines would hide the carriage returns that rewrites must keep.
        return SourceFile(path, place.read_bytes().decode())
    except UnicodeDecodeError:
        return Refused(path, "it is not UTF-8")
    except PermissionError:
        return Refused(path, "permission is denied")


def read_base(root: Path, base: str) -> dict[str, SourceFile]:
    """Return the migrations, the code and the dumps of the commit where this branch left *base*, by path."""
    tree = git.listing(root, git.merge_base(root, base))
    listed = {path: sha for path, sha in tree.items() if is_judged(path) or is_code(path) or is_dump(path)}
    contents = git.blobs(root, set(listed.values()))
    return {path: SourceFile(path, contents[sha].decode(errors="replace")) for path, sha in listed.items()}
