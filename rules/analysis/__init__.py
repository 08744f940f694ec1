"""The whole pipeline on one screen: files are read, their commands replayed, each rule asked about each command."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from itertools import chain

from rules.analysis.ground import Ground
from rules.analysis.history import edited_in, histories
from rules.analysis.judging import Case, findings, judgement, met
from rules.analysis.past import past
from rules.analysis.reading import read_file, settle
from rules.analysis.shelf import Shelf
from rules.analysis.trial import trusted
from rules.catalog import rules
from rules.deployment import Step, step
from rules.ecto.code import Code
from rules.ecto.files import folder_of
from rules.ecto.listing import Listing
from rules.finding import FileReport, Finding, Report
from rules.rule import POSTGRES, Background
from rules.schema.model import Schema
from rules.settings import Settings
from rules.source import Change, SourceFile
from rules.suppression import sort_out


def analyse(change: Change, settings: Settings, shelf: Shelf | None = None) -> Report:
    """Judge the proposed migrations together, as a pull request on top of what is merged.

    What the history before them comes to is taken from the *shelf*, or kept there.
    """
    judged = (_together(history, settings, shelf) for history in _histories(change, settings, shelf))
    return _report(chain.from_iterable(judged))


def analyse_each(change: Change, settings: Settings, shelf: Shelf | None = None) -> Report:
    """Judge each proposed migration as if it were a pull request on top of all that came before it."""
    judged = (_each(history, settings, shelf) for history in _histories(change, settings, shelf))
    return _report(chain.from_iterable(judged))


def _histories(change: Change, settings: Settings, shelf: Shelf | None) -> Iterator[Change]:
    if shelf is not None:
        settle({folder_of(file.path) for file in change.proposed}, change.project, shelf)
    yield from histories(change, settings)


def _together(history: Change, settings: Settings, shelf: Shelf | None) -> Iterator[FileReport]:
    ground, edited, cases = Ground(history), edited_in(history), list[Case]()
    listing = Listing(history.removed, ground.dump)
    untouched, rest = _parted(ground.in_order((*history.merged, *edited)), edited)
    schema = _past(untouched, ground, listing, history, shelf)
    for file in rest:
        schema = ground.before(file, schema)
        reading = read_file(file, history.project)
        if file in edited:  # is judged where it stands; what comes after it ran on the merged one
            head = read_file(edited[file], history.project)
            neighbours = listing.neighbours(head.migration, merged=reading.migration)
            cases.append(met(head, schema.settled(), neighbours))
        listing.add(file.path, reading.migration.module)
        schema = met(reading, schema).after
    new = [file for file in ground.in_order(history.proposed) if file not in edited.values()]
    merged = schema = ground.before(new[0], schema).settled() if new else schema.settled()
    newest = {file.path: listing.newest(file.path) for file in new}
    for file in new:
        reading, schema = read_file(file, history.project), ground.before(file, schema)
        cases.append(met(reading, schema, listing.neighbours(reading.migration, newest[file.path])))
        listing.add(file.path, reading.migration.module, is_new=True)
        schema = cases[-1].after
    background = Background(Code(history.running), Code(history.coming), merged, schema)
    for case in cases:
        yield replace(_judged(case, settings, background), step=_step(case, settings))


def _each(history: Change, settings: Settings, shelf: Shelf | None) -> Iterator[FileReport]:
    ground, proposed, cases = Ground(history), set(history.proposed), list[Case]()
    listing = Listing(dump=ground.dump)
    untouched, rest = _parted(ground.in_order((*history.merged, *proposed)), proposed)
    schema = _past(untouched, ground, listing, history, shelf)
    for file in rest:
        reading, schema = read_file(file, history.project), ground.before(file, schema)
        if file in proposed:
            cases.append(met(reading, schema.settled(), listing.neighbours(reading.migration)))
        listing.add(file.path, reading.migration.module)
        schema = met(reading, schema).after
    for case in cases:
        # Which code ran when it was new is not known, unless it is the newest: what stands there now is for that.
        coming = Code(history.coming if case.reading.migration.source == rest[-1] else ())
        yield _judged(case, settings, Background(coming=coming, merged=case.passage.schema, end=case.after))


def _parted(files: list[SourceFile], touched: Collection[SourceFile]) -> tuple[list[SourceFile], list[SourceFile]]:
    """Part *files* before the first one that the change touches."""
    first = next((place for place, file in enumerate(files) if file in touched), len(files))
    return files[:first], files[first:]


def _past(files: list[SourceFile], ground: Ground, listing: Listing, history: Change, shelf: Shelf | None) -> Schema:
    """List *files*, and return the schema that they come to."""
    standing = past(files, ground, history.project, shelf)
    for file, module in zip(files, standing.modules, strict=True):
        listing.add(file.path, module)
    return standing.schema


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
