"""A migration file, read: what it does, where it is broken, and what its comments tell us."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from rules.analysis import snapshot
from rules.analysis.shelf import Chain, Shelf
from rules.catalog import names
from rules.ecto.commands import Unread
from rules.ecto.config import NO_REPO, Repo
from rules.ecto.files import version_of
from rules.ecto.migration import Migration, Run
from rules.ecto.project import Project
from rules.ecto.projects import Configured, Projects
from rules.ecto.reader import read
from rules.ecto.versions import Version
from rules.elixir.formatter import line_length
from rules.elixir.parser import read as parse
from rules.rule import Broken
from rules.source import SourceFile, Span
from rules.suppression import Directives, Mistake, credo, directives, excellent_migrations
from rules.suppression.allowance import Allowance

LARGEST: Final = 1_000_000  # characters: the longest migration that we have seen in public has 90,000
REMEMBERED: Final = 2_000  # files; a rewrite tries its file a few times, and every push of a pull request all of them
PROJECTS: Final = 8  # a worker meets few repositories between two births


@dataclass(frozen=True, slots=True)
class Reading:
    """A file, read: its migration, where it is broken, and what its comments tell us."""

    migration: Migration
    broken: tuple[Broken, ...]
    directives: Directives
    repo: Repo
    project: tuple[SourceFile, ...]  # what explains it

    @property
    def wrongs(self) -> tuple[Broken | Mistake, ...]:
        """What is wrong with the text itself, whatever it means."""
        return (*self.broken, *self.directives.mistakes)


@lru_cache(maxsize=REMEMBERED)
def read_file(source: SourceFile, project: tuple[SourceFile, ...]) -> Reading:
    """Read a file; the same text in the same project reads the same, however often a rewrite is tried."""
    if len(source.text) > LARGEST:
        too_long = Broken(Span(0, 0), f"longer than {LARGEST} characters")
        return Reading(_nothing(source), (too_long,), Directives(), NO_REPO, project)
    try:
        return _read(source, project)
    except Exception as error:  # noqa: BLE001 - a file that we fail on must not keep the others from being reviewed
        failed = Unread(Span(0, 0), f"reading it failed with {type(error).__name__}")
        return Reading(_nothing(source, failed), (), Directives(), NO_REPO, project)


def ecto_of(reading: Reading) -> Version:
    """Return the release of ecto_sql that runs the migration."""
    return _projects(reading.project).of(reading.migration.source.path).version


def settle(folders: Iterable[str], project: tuple[SourceFile, ...], shelf: Shelf) -> None:
    """Take from the *shelf* how *folders* of migrations are configured, or keep it there.

    A large configuration takes longer to read than many migrations.
    """
    key, projects = Chain("configured", project).key, _projects(project)
    for folder in folders:
        content = shelf.take(f"{key} {folder}")
        configured = None if content is None else snapshot.read(content)
        if isinstance(configured, Configured):
            projects.settle(folder, configured)
        elif (content := snapshot.written(projects.configured(folder))) is not None:
            shelf.keep(f"{key} {folder}", content)


def _read(source: SourceFile, project: tuple[SourceFile, ...]) -> Reading:
    surroundings = _projects(project).of(source.path)
    source = replace(source, line_length=_line_length(source.path, project))
    parsed = parse(source)
    migration = read(parsed, source, surroundings)
    last = len(source.text.rstrip())  # what is missing at the end is missing on the last line that there is
    # Elixir stops at the first error, and what follows is often its echo.
    broken = tuple(Broken(Span(at, at), one.message) for one in parsed.errors[:1] for at in [min(one.offset, last)])
    calls = [command.span for run in (migration.up, migration.down) for command in run.commands]
    comments = [comment.span for comment in parsed.comments]
    said = directives(source, comments, names(), calls).also(_assured(migration, comments, surroundings))
    return Reading(migration, broken, said, surroundings.repo, project)


def _assured(migration: Migration, comments: list[Span], surroundings: Project) -> Iterator[Allowance]:
    """Yield what was said to other tools, and counts here, too."""
    source, attribute = migration.source, migration.attribute("safety_assured")
    yield from excellent_migrations.in_comments(source, comments)
    yield from excellent_migrations.in_attribute(source, attribute.value if attribute else None)
    yield from excellent_migrations.in_configuration(source, surroundings.settings)
    yield from credo.in_comments(source, comments)


def _nothing(source: SourceFile, *unread: Unread) -> Migration:
    return Migration(source, version_of(source.path), None, Run(unread), Run())


@lru_cache(maxsize=REMEMBERED)
def _line_length(path: str, project: tuple[SourceFile, ...]) -> int:
    return line_length(path, project)


@lru_cache(maxsize=PROJECTS)
def _projects(files: tuple[SourceFile, ...]) -> Projects:
    return Projects(files)
