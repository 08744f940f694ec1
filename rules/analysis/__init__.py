"""The whole pipeline on one screen: files are read, their commands replayed, each rule asked about each command."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from rules.analysis.judging import Case, findings, judgement, met
from rules.analysis.reading import read_file
from rules.analysis.trial import trusted
from rules.catalog import rules
from rules.deployment import Step, step
from rules.ecto.code import Code
from rules.ecto.files import folder_of, is_passed_over, version_of
from rules.ecto.listing import Listing
from rules.ecto.structure import Dump, dump_beside
from rules.finding import FileReport, Finding, Report
from rules.rule import POSTGRES, Background
from rules.schema.model import Schema
from rules.settings import Settings
from rules.source import Change, SourceFile
from rules.suppression import sort_out


def analyse(change: Change, settings: Settings) -> Report:
    """Judge the proposed migrations together, as a pull request on top of what is merged."""
    judged = (_together(history, settings) for history in _histories(change, settings))
    return _report(chain.from_iterable(judged))


def analyse_each(change: Change, settings: Settings) -> Report:
    """Judge each proposed migration as if it were a pull request on top of all that came before it."""
    judged = (_each(history, settings) for history in _histories(change, settings))
    return _report(chain.from_iterable(judged))


def _together(history: Change, settings: Settings) -> Iterator[FileReport]:
    schema, listing, cases = Schema(), Listing(history.removed, _dump(history)), list[Case]()
    edited = _edited(history)
    for file in _in_order((*history.merged, *edited)):
        reading = read_file(file, history.project)
        if file in edited:  # is judged where it stands; what comes after it ran on the merged one
            head = read_file(edited[file], history.project)
            neighbours = listing.neighbours(head.migration, merged=reading.migration)
            cases.append(met(head, schema.settled(), neighbours))
        listing.add(reading.migration)
        schema = met(reading, schema).after
    merged = schema = schema.settled()
    new = [file for file in _in_order(history.proposed) if file not in edited.values()]
    newest = {file.path: listing.newest(file.path) for file in new}
    for file in new:
        reading = read_file(file, history.project)
        cases.append(met(reading, schema, listing.neighbours(reading.migration, newest[file.path])))
        listing.add(reading.migration)
        schema = cases[-1].after
    background = Background(Code(history.running), Code(history.coming), merged, schema)
    for case in cases:
        yield replace(_judged(case, settings, background), step=_step(case, settings))


def _each(history: Change, settings: Settings) -> Iterator[FileReport]:
    schema, listing, cases = Schema(), Listing(dump=_dump(history)), list[Case]()
    proposed = {file.path for file in history.proposed}
    for file in _in_order((*history.merged, *history.proposed)):
        reading = read_file(file, history.project)
        if file.path in proposed:
            cases.append(met(reading, schema.settled(), listing.neighbours(reading.migration)))
        listing.add(reading.migration)
        schema = met(reading, schema).after
    # Which code ran when each of them was new is not known; what stands there now meets the last schema of all.
    coming = Code(history.coming)
    for case in cases:
        yield _judged(case, settings, Background(coming=coming, merged=case.passage.schema, end=schema))


def _dump(history: Change) -> Dump | None:
    return dump_beside(folder_of(history.proposed[0].path), history.project)


def _histories(change: Change, settings: Settings) -> Iterator[Change]:
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
        yield replace(change, merged=merged, proposed=tuple(files), replaced=replaced)


def _edited(history: Change) -> dict[SourceFile, SourceFile]:
    """Return what becomes of each file that is replaced: the one at its path, or else the one of its version."""
    at_path = {file.path: file for file in history.proposed}
    of_version = {version_of(file.path): file for file in history.proposed}
    found = ((old, at_path.get(old.path) or of_version.get(version_of(old.path))) for old in history.replaced)
    return {old: new for old, new in found if new is not None}


def _in_order(files: Iterable[SourceFile]) -> list[SourceFile]:
    """Return *files* as Ecto would run them."""
    return sorted(files, key=lambda file: (version_of(file.path) or 0, file.path))


def _report(files: Iterable[FileReport]) -> Report:
    return Report(tuple(sorted(files, key=lambda file: file.path)))


def _step(case: Case, settings: Settings) -> Step | None:
    """Return the file as a step of the deployment; None where what it does is not known at all."""
    reading = case.reading
    if reading.broken or reading.migration.module is None or reading.repo.adapter not in {None, POSTGRES}:
        return None
    return step(reading.migration, case.passage.schema, case.after, settings.postgres)


def _judged(case: Case, settings: Settings, background: Background) -> FileReport:
    reading, migration = case.reading, case.reading.migration
    verdict = judgement(case)
    found: tuple[Finding, ...] = ()
    if settings.start_after < (migration.version or settings.start_after + 1):
        found = trusted(tuple(findings(case, settings, background)), case, settings, background)
    about_rollback = {rule.name for rule in rules() if rule.about_rollback}
    standing, allowed = sort_out(found, reading.directives, about_rollback)
    path, version = migration.source.path, migration.version
    said = verdict.verdict, verdict.reason
    return FileReport(path, version, migration.module, *said, standing, allowed, verdict.differences, verdict.loses)
