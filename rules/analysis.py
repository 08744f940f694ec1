"""The whole pipeline on one screen: files are read, their commands replayed, each rule asked about each command."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Final

from rules.catalog import names, rules
from rules.ecto.config import NO_REPO, Repo
from rules.ecto.files import folder_of, version_of
from rules.ecto.migration import Migration, Run
from rules.ecto.projects import Projects
from rules.ecto.reader import read
from rules.elixir.parser import read as parse
from rules.finding import FileReport, Finding, Report, Verdict
from rules.rewrite.edit import Rewrite, Safety, apply
from rules.rule import Broken, Context
from rules.schema.model import Schema
from rules.schema.replay import meetings, replay
from rules.schema.verdict import Judgement, judge
from rules.settings import Settings
from rules.source import Change, SourceFile, Span
from rules.suppression import Directives, Mistake, directives, sort_out

LARGEST: Final = 1_000_000  # characters: the longest migration that we have seen in public has 90,000
REMEMBERED: Final = 2_000  # files; a rewrite tries its file a few times, and every push of a pull request all of them
PROJECTS: Final = 8  # a worker meets few repositories between two births
RESTORING: Final = frozenset({Verdict.REVERSIBLE, Verdict.LOSES_DATA})


@dataclass(frozen=True, slots=True)
class Reading:
    """A file, read: its migration, where it is broken, and what its comments tell us."""

    migration: Migration
    broken: tuple[Broken, ...]
    directives: Directives
    repo: Repo
    project: tuple[SourceFile, ...]  # what explains it


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
        schema = _after(_read(file, history.project), schema)
    schema = schema.settled()
    for file in _in_order(history.proposed):
        reading = _read(file, history.project)
        yield _judged(reading, schema, settings)
        schema = _after(reading, schema)


def _each(history: Change, settings: Settings) -> Iterator[FileReport]:
    schema, proposed = Schema(), {file.path for file in history.proposed}
    for file in _in_order((*history.merged, *history.proposed)):
        reading = _read(file, history.project)
        if file.path in proposed:
            yield _judged(reading, schema.settled(), settings)
        schema = _after(reading, schema)


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


# --- one file --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=REMEMBERED)
def _read(source: SourceFile, project: tuple[SourceFile, ...]) -> Reading:
    """Read a file; the same text in the same project reads the same, however often a rewrite is tried."""
    if len(source.text) > LARGEST:
        nothing = Migration(source, version_of(source.path), None, Run(), Run())
        too_long = Broken(Span(0, 0), f"longer than {LARGEST} characters")
        return Reading(nothing, (too_long,), Directives(), NO_REPO, project)
    surroundings = _projects(project).of(source.path)
    parsed = parse(source)
    migration = read(parsed, source, surroundings)
    last = len(source.text.rstrip())  # what is missing at the end is missing on the last line that there is
    # Elixir stops at the first error, and what follows is often its echo.
    broken = tuple(Broken(Span(at, at), one.message) for one in parsed.errors[:1] for at in [min(one.offset, last)])
    calls = [command.span for run in (migration.up, migration.down) for command in run.commands]
    said = directives(source, [comment.span for comment in parsed.comments], names(), calls)
    return Reading(migration, broken, said, surroundings.repo, project)


@lru_cache(maxsize=PROJECTS)
def _projects(files: tuple[SourceFile, ...]) -> Projects:
    return Projects(files)


def _after(reading: Reading, schema: Schema) -> Schema:
    migration = reading.migration
    if reading.broken:
        return schema.forgotten()  # Elixir may read what we cannot
    return replay(schema.beginning(migration.version), migration.up.commands).schema


def _judged(reading: Reading, schema: Schema, settings: Settings) -> FileReport:
    migration = reading.migration
    judgement = _judgement(reading, schema)
    findings: tuple[Finding, ...] = ()
    if settings.start_after < (migration.version or settings.start_after + 1):
        findings = _trusted(tuple(_found(reading, schema, settings)), reading, schema, settings)
    about_rollback = {rule.name for rule in rules() if rule.about_rollback}
    standing, allowed = sort_out(findings, reading.directives, about_rollback)
    path, version = migration.source.path, migration.version
    return FileReport(path, version, migration.module, judgement.verdict, judgement.reason, standing, allowed)


def _judgement(reading: Reading, schema: Schema) -> Judgement:
    reason = reading.directives.one_way
    if reading.broken:
        place = reading.migration.source.line_at(reading.broken[0].span.start)
        return Judgement(Verdict.UNKNOWN, f"The file is not Elixir at line {place}.")
    judgement = judge(reading.migration, schema)
    if reason is not None and judgement.verdict is not Verdict.REVERSIBLE:
        return Judgement(Verdict.ONE_WAY, f"Declared: {reason}")
    return judgement


def _found(reading: Reading, schema: Schema, settings: Settings) -> Iterator[Finding]:
    """Ask every rule that is on about everything in the file, in the order of the text."""
    migration = reading.migration
    met = tuple(meetings(schema.beginning(migration.version), migration.up.commands))
    context = Context(migration, schema, settings, reading.repo, met)
    asked = [rule for rule in rules() if settings.severity_of(rule.name, rule.severity) is not None]
    wrongs: tuple[Broken | Mistake, ...] = (*reading.broken, *reading.directives.mistakes)
    found = [finding for rule in asked for wrong in wrongs for finding in rule.findings(wrong, context)]
    if migration.module is not None and not reading.broken:
        found += [finding for rule in asked for finding in rule.findings(migration, context)]
        for command, before in met:
            here = replace(context, schema=before)
            found += [finding for rule in asked for finding in rule.findings(command, here)]
    # A command in a loop is queued many times, and stands in the text once.
    once = {(finding.span, finding.rule): finding for finding in reversed(found)}
    yield from (once[key] for key in sorted(once))


# --- how far a rewrite can be trusted --------------------------------------------------------------------------------


def _trusted(
    findings: tuple[Finding, ...], reading: Reading, schema: Schema, settings: Settings
) -> tuple[Finding, ...]:
    """Keep a rewrite SAFE only if the file that it makes restores the schema and no longer has its hazard.

    Several hazards of a file may each stand in the way of the proof of the others: all are tried together first.
    """
    claimed = [finding for finding in findings if finding.rewrite and finding.rewrite.safety is Safety.SAFE]
    trial = _Trial(reading, schema, settings, frozenset((finding.rule, finding.message) for finding in findings))
    if not claimed or trial.passes(claimed):
        return findings
    proven = {id(finding) for finding in claimed if len(claimed) > 1 and trial.passes([finding])}
    return tuple(
        finding
        if id(finding) in proven or finding.rewrite is None
        else replace(finding, rewrite=replace(finding.rewrite, safety=Safety.REVIEW))
        for finding in findings
    )


@dataclass(frozen=True, slots=True)
class _Trial:
    """A file whose rewrites are tried out."""

    reading: Reading
    schema: Schema
    settings: Settings
    known: frozenset[tuple[str, str]]  # rule and message of every finding before

    def passes(self, findings: list[Finding]) -> bool:
        """Tell whether the file, and the migrations that follow it, restore the schema and are rid of *findings*."""
        chosen = [finding.rewrite for finding in findings if finding.rewrite is not None]
        try:
            edits = {edit for rewrite in chosen for edit in rewrite.edits}
            edited = apply(edits, self.reading.migration.source)
        except ValueError:
            return False
        gone = {(finding.rule, finding.message) for finding in findings}
        schema = self.schema
        for file in (edited, *self._follow_ups(chosen)):
            reading = _read(file, self.reading.project)
            left = {(finding.rule, finding.message) for finding in _found(reading, schema, self.settings)}
            if _judgement(reading, schema).verdict not in RESTORING or left & gone or left - self.known:
                return False
            schema = _after(reading, schema)
        return True

    def _follow_ups(self, rewrites: list[Rewrite]) -> Iterator[SourceFile]:
        folder, version = folder_of(self.reading.migration.source.path), self.reading.migration.version or 0
        for rewrite in rewrites:
            for new in rewrite.follow_ups:
                version += 1
                yield SourceFile(f"{folder}/{version}_{new.name}.exs", new.text)
