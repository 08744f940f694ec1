"""The whole pipeline on one screen: files are read, their commands replayed, each rule asked about each command."""

from collections.abc import Iterable, Iterator
from itertools import chain

from rules.analysis.judging import after, findings, judgement
from rules.analysis.reading import Reading, read_file
from rules.analysis.trial import trusted
from rules.catalog import rules
from rules.ecto.files import folder_of, version_of
from rules.finding import FileReport, Finding, Report
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
    schema = Schema()
    for file in _in_order(history.merged):
        schema = after(read_file(file, history.project), schema)
    schema = schema.settled()
    for file in _in_order(history.proposed):
        reading = read_file(file, history.project)
        yield _judged(reading, schema, settings)
        schema = after(reading, schema)


def _each(history: Change, settings: Settings) -> Iterator[FileReport]:
    schema, proposed = Schema(), {file.path for file in history.proposed}
    for file in _in_order((*history.merged, *history.proposed)):
        reading = read_file(file, history.project)
        if file.path in proposed:
            yield _judged(reading, schema.settled(), settings)
        schema = after(reading, schema)


def _histories(change: Change, settings: Settings) -> Iterator[Change]:
    """Part a change by folder of migrations: what runs on one database does not meet what runs on another."""
    proposed: dict[str, list[SourceFile]] = {}
    for file in change.proposed:
        if not settings.paths or any(file.path.startswith(f"{path}/") for path in settings.paths):
            proposed.setdefault(folder_of(file.path), []).append(file)
    edited = {file.path for file in change.proposed}
    for folder, files in proposed.items():
        merged = tuple(file for file in change.merged if folder_of(file.path) == folder and file.path not in edited)
        yield Change(merged, tuple(files), change.project)


def _in_order(files: Iterable[SourceFile]) -> list[SourceFile]:
    """Return *files* as Ecto would run them."""
    return sorted(files, key=lambda file: (version_of(file.path) or 0, file.path))


def _report(files: Iterable[FileReport]) -> Report:
    return Report(tuple(sorted(files, key=lambda file: file.path)))


def _judged(reading: Reading, schema: Schema, settings: Settings) -> FileReport:
    migration = reading.migration
    verdict = judgement(reading, schema)
    found: tuple[Finding, ...] = ()
    if settings.start_after < (migration.version or settings.start_after + 1):
        found = trusted(tuple(findings(reading, schema, settings)), reading, schema, settings)
    about_rollback = {rule.name for rule in rules() if rule.about_rollback}
    standing, allowed = sort_out(found, reading.directives, about_rollback)
    path, version = migration.source.path, migration.version
    return FileReport(path, version, migration.module, verdict.verdict, verdict.reason, standing, allowed)
