"""From a pull request to a change: its migrations and the history that they build on, by git's trees and blobs."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from rules.catalog import names
from rules.ecto.code import naming, words
from rules.ecto.files import explains, folder_of, is_code, is_dump, is_judged, is_migration, share_database, version_of
from rules.settings import Complaint, Settings, from_yaml
from rules.source import Change, SourceFile
from workers.context import Memory
from workers.github.models import SUBMODULE, SYMLINK, ChangedFile, Comparison, PullRequest, TreeEntry
from workers.github.port import Contents
from workers.isolation import UNREADABLE
from workers.review.code import AT_MOST, candidates, words_of
from workers.review.diff import Hunk, hunks_between, hunks_of_patch, whole

CONFIGURATION: Final = ".github/ecto-fix.yml"
MISSPELT: Final = ".github/ecto-fix.yaml"  # which people write, and nobody reads
LARGEST: Final = 1_000_000  # bytes; the largest public migration of 6,735 has a tenth of that
MOST: Final = 50_000_000  # bytes of all files that a review reads
COMPARED: Final = 300  # files that GitHub lists of a comparison; there may be more

Tree: TypeAlias = Mapping[str, TreeEntry]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not read, and why."""

    path: str
    reason: str
    proposed: bool  # by this pull request; else it belongs to the history


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a review is made of, before it is judged."""

    head: str
    change: Change
    diff: Mapping[str, tuple[Hunk, ...]]
    settings: Settings = field(default_factory=Settings)
    complaints: tuple[Complaint, ...] = ()  # about the configuration that counts
    origin: str = ""  # of that configuration; empty for the defaults
    proposed_complaints: tuple[Complaint, ...] | None = None  # about the head's, where that is worth a check
    proposed_path: str = CONFIGURATION  # of what they are about
    refusals: tuple[Refusal, ...] = ()
    removed: tuple[str, ...] = ()  # migrations that the pull request deletes
    messages: tuple[str, ...] = ()  # of the commits of the pull request

    @property
    def sources(self) -> Mapping[str, SourceFile]:
        """The proposed files by their paths."""
        return self.change.sources


def fetch(pull: PullRequest, github: Contents, memory: Memory, *, whole: bool = False) -> Material:
    """Read what *pull* adds or edits since it left its base branch, and what the base branch has today.

    With *whole* the history is that of all folders, even where the pull request touches no migration.
    """
    comparison = github.compare(pull.base.branch, pull.head.sha)
    messages = tuple(commit.message for commit in comparison.commits)
    if not whole and len(comparison.files) < COMPARED and not any(map(_matters, comparison.files.values())):
        return Material(pull.head.sha, Change((), ()), {}, messages=messages)
    trees = _Trees.of(comparison, pull.head.sha, github, whole=whole)
    reader = _Reader(github, memory)
    reader.load(trees.wanted(comparison), trees.code(words_of(filter(_matters, comparison.files.values()))))
    configured = _configured(reader, trees, pull, github)
    proposed, merged = reader.files(trees.changed, proposed=True), reader.files(trees.history)
    named = words(file.text for file in proposed)
    change = Change(
        merged=tuple(sorted([*merged, *_unread(reader.refusals)], key=_age)),
        proposed=proposed,
        project=reader.files(trees.project),
        replaced=reader.files(trees.replaced),
        removed=frozenset(trees.removed),
        running=naming(reader.known(trees.base), named),
        coming=naming(reader.known(trees.head), named),
        dumps=reader.files(trees.dumps),
    )
    return Material(
        head=pull.head.sha,
        change=change,
        diff={file.path: _hunks(file, comparison, trees, reader) for file in proposed},
        settings=configured.settings,
        complaints=configured.complaints,
        origin=configured.origin,
        proposed_complaints=_misspelt(trees) or _proposed(reader, trees, configured.complaints),
        proposed_path=MISSPELT if _misspelt(trees) else CONFIGURATION,
        refusals=tuple(dict.fromkeys(reader.refusals)),
        removed=tuple(trees.removed),
        messages=messages,
    )


@dataclass(frozen=True, slots=True)
class _Trees:
    """The files that matter, at the head, where it left the base branch, and on the base branch today."""

    head: Tree
    origin: Tree
    base: Tree
    whole: bool  # all folders count, not only those that are changed

    @classmethod
    def of(cls, comparison: Comparison, head: str, github: Contents, *, whole: bool) -> "_Trees":
        at_head, origin = (_relevant(github.tree(commit)) for commit in (head, comparison.merge_base))
        is_current = comparison.base == comparison.merge_base
        return cls(at_head, origin, origin if is_current else _relevant(github.tree(comparison.base)), whole)

    @property
    def changed(self) -> list[TreeEntry]:
        """The migrations that the pull request adds or edits."""
        return [entry for path, entry in self.head.items() if is_judged(path) and self.origin.get(path) != entry]

    def code(self, words: frozenset[str]) -> list[TreeEntry]:
        """Return the modules of the application that may know what the pull request changes, the likeliest first."""
        return candidates(self.head, self.base, words)

    @property
    def removed(self) -> list[str]:
        """The migrations that the pull request deletes, those left out that it only moves."""
        contents = {entry.sha for entry in self.changed}
        versions = {(folder_of(entry.path), version_of(entry.path)) for entry in self.changed}
        return [
            path
            for path, entry in self.origin.items()
            if is_migration(path)
            and path not in self.head
            and entry.sha not in contents
            and (folder_of(path), version_of(path)) not in versions
        ]

    @property
    def history(self) -> list[TreeEntry]:
        """The migrations that came before: of the folders that are changed, and of those that run on the same database.

        A deleted migration stays history, because databases ran it; one that was moved does not, lest it run twice.
        """
        folders = {folder_of(entry.path) for entry in self.changed}
        gone = {path for path in self.origin if path not in self.head} - set(self.removed)
        replaced = gone | {entry.path for entry in self.changed}
        return [
            entry
            for path, entry in self.base.items()
            if is_migration(path) and path not in replaced and (self.whole or _meets(folder_of(path), folders))
        ]

    @property
    def replaced(self) -> list[TreeEntry]:
        """What the base branch has of the migrations that the pull request edits, or renames under their version."""
        versions = {(folder_of(entry.path), version_of(entry.path)) for entry in self.changed}
        return [
            entry
            for path, entry in self.base.items()
            if is_migration(path)
            and (folder_of(path), version_of(path)) in versions
            and (path in self.head or path in self.origin)
            and self.head.get(path) != entry
        ]

    @property
    def project(self) -> list[TreeEntry]:
        """The files that explain the project as the pull request leaves it."""
        return [entry for path, entry in self.head.items() if explains(path)]

    @property
    def dumps(self) -> list[TreeEntry]:
        """What the base branch has of the database's structure."""
        return [entry for path, entry in self.base.items() if is_dump(path)]

    def wanted(self, comparison: Comparison) -> list[TreeEntry]:
        """List all that must be read."""
        settings = [tree[CONFIGURATION] for tree in (self.base, self.head) if CONFIGURATION in tree]
        before = [
            self.origin[entry.path]
            for entry in self.changed
            if entry.path in self.origin and _patch(comparison, entry.path) is None
        ]
        return [*settings, *self.changed, *before, *self.history, *self.replaced, *self.project, *self.dumps]


class _Reader:
    """Reads files once, and remembers which it had to refuse."""

    def __init__(self, github: Contents, memory: Memory) -> None:
        self._github = github
        self._memory = memory
        self._contents: dict[str, bytes] = {}
        self._room = MOST
        self.refusals: list[Refusal] = []

    def load(self, entries: Iterable[TreeEntry], also: Iterable[TreeEntry]) -> None:
        """Get what is remembered from memory, and the rest from GitHub; of *also* only so many as one query holds."""
        missing = [*self._missing(entries), *list(self._missing(also))[:AT_MOST]]
        fetched = self._github.blobs(missing) if missing else {}
        for sha, content in fetched.items():
            self._memory.put(sha, content)
        self._contents |= fetched

    def _missing(self, entries: Iterable[TreeEntry]) -> Iterator[str]:
        """Yield what is not remembered, as long as there is room for it."""
        for sha, size in {entry.sha: entry.size for entry in entries if _objection(entry) is None}.items():
            self._room -= size
            content = self._memory.get(sha) if self._room >= 0 else None
            if content is not None:
                self._contents[sha] = content
            elif self._room >= 0:
                yield sha

    def known(self, tree: Tree) -> Iterator[SourceFile]:
        """Yield the modules of the application in *tree* that were loaded, and can be read."""
        for path, entry in tree.items():
            if is_code(path) and entry.sha in self._contents:
                with suppress(UnicodeDecodeError):
                    yield SourceFile(path, self._contents[entry.sha].decode())

    def files(self, entries: Iterable[TreeEntry], *, proposed: bool = False) -> tuple[SourceFile, ...]:
        """Return the files that can be read, and refuse the others."""
        return tuple(file for entry in entries if (file := self.file(entry, proposed=proposed)))

    def file(self, entry: TreeEntry, *, proposed: bool = False) -> SourceFile | None:
        """Return a file, or refuse it."""
        reason = _objection(entry)
        if reason is None and entry.sha not in self._contents:
            reason = "could not be fetched" if self._room >= 0 else f"comes after {MOST // 10**6} MB of other files"
        if reason is None:
            try:
                return SourceFile(entry.path, self._contents[entry.sha].decode())
            except UnicodeDecodeError:
                reason = "is not UTF-8"
        self.refusals.append(Refusal(entry.path, reason, proposed))
        return None


def _objection(entry: TreeEntry) -> str | None:
    """Say why a file must not even be fetched, or None."""
    if entry.mode == SYMLINK:
        return "is a symbolic link"
    if entry.mode == SUBMODULE:
        return "is a submodule"
    if ".." in entry.path.split("/"):
        return "has `..` in its path"
    return "is larger than 1 MB" if entry.size > LARGEST else None


def _unread(refusals: Iterable[Refusal]) -> list[SourceFile]:
    """Return what stands for migrations that were refused, so that nothing is claimed of what builds on them."""
    return [SourceFile(refusal.path, UNREADABLE) for refusal in refusals if is_migration(refusal.path)]


def _relevant(entries: Iterable[TreeEntry]) -> Tree:
    return {entry.path: entry for entry in entries if _is_relevant(entry.path)}


def _meets(folder: str, folders: Collection[str]) -> bool:
    return folder in folders or any(share_database(folder, other) for other in folders)


def _is_relevant(path: str) -> bool:
    return is_judged(path) or explains(path) or is_code(path) or path in {CONFIGURATION, MISSPELT}


def _matters(file: ChangedFile) -> bool:
    return any(is_judged(path) or path in {CONFIGURATION, MISSPELT} for path in (file.path, file.previous_path or ""))


def _age(file: SourceFile) -> tuple[int, str]:
    return version_of(file.path) or 0, file.path


@dataclass(frozen=True, slots=True)
class _Configured:
    """The settings that count, where they come from, and what is wrong with the file that should have been read."""

    settings: Settings = field(default_factory=Settings)
    complaints: tuple[Complaint, ...] = ()
    origin: str = ""


def _configured(reader: _Reader, trees: _Trees, pull: PullRequest, github: Contents) -> _Configured:
    """Read the configuration of the base branch: a pull request does not choose how it is judged.

    Where the repository has none, its owner's counts, in the repository `.github`.
    """
    if CONFIGURATION in trees.base:
        origin, read = f"`{CONFIGURATION}` on `{pull.base.branch}`", _read(trees.base[CONFIGURATION], reader)
    else:
        text = github.shared_file(CONFIGURATION)
        if text is None:
            return _Configured()
        origin, read = f"`{CONFIGURATION}` in the owner's repository `.github`", from_yaml(text, names())
    return _Configured(read, (), origin) if isinstance(read, Settings) else _Configured(complaints=read, origin=origin)


def _read(entry: TreeEntry, reader: _Reader) -> Settings | tuple[Complaint, ...]:
    """Read a configuration, or say what is wrong with it; that it is no file to be read is wrong, too."""
    file = reader.file(entry)
    if file is None:
        return (Complaint(1, f"the file {reader.refusals[-1].reason}, so it is not read"),)
    return from_yaml(file.text, names())


def _misspelt(trees: _Trees) -> tuple[Complaint, ...]:
    """Return what is wrong with a configuration that lies where nobody reads it."""
    if MISSPELT not in trees.head or CONFIGURATION in trees.head:
        return ()
    return (Complaint(1, f"a file of this name is not read; rename it to `{CONFIGURATION}`"),)


def _proposed(reader: _Reader, trees: _Trees, complaints: tuple[Complaint, ...]) -> tuple[Complaint, ...] | None:
    """Return what is wrong with the head's configuration; None where it is as good as it was."""
    entry = trees.head.get(CONFIGURATION)
    if entry is None or (entry == trees.base.get(CONFIGURATION) and not complaints):
        return None
    read = _read(entry, reader)
    return () if isinstance(read, Settings) else read


def _hunks(file: SourceFile, comparison: Comparison, trees: _Trees, reader: _Reader) -> tuple[Hunk, ...]:
    patch = _patch(comparison, file.path)
    if patch is not None:
        return hunks_of_patch(patch)
    listed = comparison.files.get(file.path)
    if listed is not None and listed.status == "renamed":
        return ()  # moved as it was: the diff shows no line of it
    before = trees.origin.get(file.path)
    if before is None:
        return whole(file)
    original = reader.file(before)
    return hunks_between(original, file) if original else ()


def _patch(comparison: Comparison, path: str) -> str | None:
    listed = comparison.files.get(path)
    return listed.patch if listed else None
