"""What the migrations before a change have come to: replayed once, and kept for the next time.

A snapshot is kept under a key that chains everything that it depends on: the files that explain migrations, those that
run beside them, then each migration so far. So a change late in a history takes up what is kept of all before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rules.analysis import snapshot
from rules.analysis.ground import Ground
from rules.analysis.judging import met
from rules.analysis.reading import read_file
from rules.analysis.shelf import Chain, Shelf
from rules.schema.model import Schema
from rules.source import SourceFile

STRIDE: Final = 256  # migrations between two snapshots of a long history, for changes in its midst
WORTHWHILE: Final = 8  # migrations that are sooner replayed than read from a snapshot of their own
Project = tuple[SourceFile, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a history has come to: the schema, and the module of each migration in it."""

    schema: Schema
    modules: tuple[str | None, ...] = ()


def past(files: Sequence[SourceFile], ground: Ground, project: Project, shelf: Shelf | None) -> Standing:
    """Return what *files* come to, in the order in which they run."""
    if shelf is None or not ground.is_bare:  # what a dump tells depends on the files after these, too
        return _replayed(files, ground, project, Standing(ground.start))
    chain = Chain(f"history {Chain('project', project).key} {Chain('beside', ground.beside).key}")
    keys = [chain.add(file) for file in files]
    count, standing = next(_kept(keys, shelf), (0, Standing(ground.start)))
    ground.have_run(files[:count])
    while count < len(files):
        following = min(len(files), (count // STRIDE + 1) * STRIDE)
        standing = _replayed(files[count:following], ground, project, standing)
        if following - count >= WORTHWHILE and (content := snapshot.written(standing)) is not None:
            shelf.keep(keys[following - 1], content)
        count = following
    return standing


def _replayed(files: Sequence[SourceFile], ground: Ground, project: Project, standing: Standing) -> Standing:
    schema, modules = standing.schema, list(standing.modules)
    for file in files:
        reading = read_file(file, project)
        schema = met(reading, ground.before(file, schema)).after
        modules.append(reading.migration.module)
    return Standing(schema, tuple(modules))


def _kept(keys: Sequence[str], shelf: Shelf) -> Iterator[tuple[int, Standing]]:
    """Yield what is kept of a history, with how many of its files that covers, the longest first."""
    for count in range(len(keys), 0, -1):
        content = shelf.take(keys[count - 1])
        standing = None if content is None else snapshot.read(content)
        if isinstance(standing, Standing):
            yield count, standing
