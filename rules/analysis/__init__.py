"""The whole pipeline on one screen: files are read, their commands replayed, each rule asked about each command."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from rules.analysis.ground import Ground
from rules.analysis.history import edited_in, histories
from rules.analysis.judging import Case, findings, judgement, met
from rules.analysis.reading import read_file
from rules.analysis.trial import trusted
from rules.catalog import rules
from rules.deployment import Step, step
from rules.ecto.code import Code
from rules.ecto.listing import Listing
from rules.finding import FileReport, Finding, Report
from rules.rule import POSTGRES, Background
from rules.settings import Settings
from rules.source import Change
from rules.suppression import sort_out


def analyse(change: Change, settings: Settings) -> Report:
    """Judge the proposed migrations together, as a pull request on top of what is merged."""
    judged = (_together(history, settings) for history in histories(change, settings))
    return _report(chain.from_iterable(judged))


def analyse_each(change: Change, settings: Settings) -> Report:
    """Judge each proposed migration as if it were a pull request on top of all that came before it."""
    judged = (_each(history, settings) for history in histories(change, settings))
    return _report(chain.from_iterable(judged))


def _together(history: Change, settings: Settings) -> Iterator[FileReport]:
    ground = Ground(history)
    schema, listing, cases = ground.start, Listing(history.removed, ground.dump), list[Case]()
    edited = edited_in(history)
    for file in ground.in_order((*history.merged, *edited)):
        schema = ground.before(file, schema)
        reading = read_file(file, history.project)
        if file in edited:  # is judged where it stands; what comes after it ran on the merged one
            head = read_file(edited[file], history.project)
            neighbours = listing.neighbours(head.migration, merged=reading.migration)
            cases.append(met(head, schema.settled(), neighbours))
        listing.add(reading.migration)
        schema = met(reading, schema).after
    new = [file for file in ground.in_order(history.proposed) if file not in edited.values()]
    merged = schema = ground.before(new[0], schema).settled() if new else schema.settled()
    newest = {file.path: listing.newest(file.path) for file in new}
    for file in new:
        reading, schema = read_file(file, history.project), ground.before(file, schema)
        cases.append(met(reading, schema, listing.neighbours(reading.migration, newest[file.path])))
        listing.add(reading.migration)
        schema = cases[-1].after
    background = Background(Code(history.running), Code(history.coming), merged, schema)
    for case in cases:
        yield replace(_judged(case, settings, background), step=_step(case, settings))


def _each(history: Change, settings: Settings) -> Iterator[FileReport]:
    ground = Ground(history)
    schema, listing, cases = ground.start, Listing(dump=ground.dump), list[Case]()
    proposed = {file.path for file in history.proposed}
    for file in ground.in_order((*history.merged, *history.proposed)):
        reading, schema = read_file(file, history.project), ground.before(file, schema)
        if file.path in proposed:
            cases.append(met(reading, schema.settled(), listing.neighbours(reading.migration)))
        listing.add(reading.migration)
        schema = met(reading, schema).after
    # Which code ran when each of them was new is not known; what stands there now meets the last schema of all.
    coming = Code(history.coming)
    for case in cases:
        yield _judged(case, settings, Background(coming=coming, merged=case.passage.schema, end=schema))


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
