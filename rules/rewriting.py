"""All rewrites of a change, applied one after the other until nothing is left that may be applied."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from rules.ecto.files import is_migration, next_version, version_of
from rules.finding import Finding, Report
from rules.rewrite.edit import Edit, Rewrite, apply
from rules.source import Change, SourceFile

Analyse = Callable[[Change], Report]

ROUNDS: Final = 50  # of a file; each round removes at least one finding, and no public migration has had more than 30


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of a change: files edited, files added, which findings were answered and which are left."""

    edited: tuple[SourceFile, ...] = ()
    added: tuple[SourceFile, ...] = ()
    answered: tuple[Finding, ...] = ()
    left: tuple[Finding, ...] = ()


def rewrite_all(change: Change, analyse: Analyse, wanted: Callable[[Finding, Rewrite], bool]) -> Rewritten:
    """Apply every rewrite that is *wanted*, analysing again after each round, since edits move and remove others.

    Rewrites of one round never overlap; what a round leaves is taken up by the next. Rewrites that bring new
    migrations come last, and a file is parted once: what stays of it is then mended without them.
    """
    before = change.sources
    files, added, answered = dict(before), dict[str, SourceFile](), list[Finding]()
    parted: set[str] = set()  # files whose answer goes on in new migrations
    report = analyse(change)
    for _ in range(ROUNDS):
        found = [
            (finding, finding.rewrite)
            for finding in one_per_place(report, wanted)
            if finding.path in files and finding.rewrite is not None
            if finding.path not in parted or not finding.rewrite.follow_ups
        ]
        taken = [(finding, rewrite) for finding, rewrite in found if not rewrite.follow_ups] or found
        if not taken:
            break
        for finding, rewrite in taken:
            for file in follow_ups(rewrite, finding.path, [*change.merged, *files.values(), *added.values()]):
                added[file.path] = file
                parted.add(finding.path)
        for path in {finding.path for finding, _ in taken}:
            edits = [edit for finding, rewrite in taken if finding.path == path for edit in rewrite.edits]
            files[path] = apply(edits, files[path])
        answered += [finding for finding, _ in taken]
        report = analyse(replace(change, proposed=(*files.values(), *added.values())))
    edited = tuple(file for path, file in files.items() if file != before[path])
    return Rewritten(edited, tuple(added.values()), tuple(answered), report.findings)


def one_per_place(report: Report, wanted: Callable[[Finding, Rewrite], bool]) -> list[Finding]:
    """Return findings whose rewrites are wanted and do not touch the same text; identical edits count once."""
    taken: list[Finding] = []
    edits: dict[str, list[Edit]] = {}
    for finding in report.findings:
        rewrite = finding.rewrite
        if rewrite is None or not wanted(finding, rewrite):
            continue
        others = edits.setdefault(finding.path, [])
        if not any(edit.collides(other) for edit in rewrite.edits for other in others):
            others += rewrite.edits
            taken.append(finding)
    return taken


def follow_ups(rewrite: Rewrite, path: str, existing: list[SourceFile]) -> list[SourceFile]:
    """Return the new migrations of *rewrite* beside *path*, with versions after the newest that exist."""
    version = max((version_of(file.path) or 0 for file in existing if is_migration(file.path)), default=0)
    folder, files = PurePosixPath(path).parent, []
    for migration in rewrite.follow_ups:
        version = next_version(version)
        files.append(SourceFile(f"{folder}/{version}_{migration.name}.exs", migration.text))
    return files
