"""An answer as the page draws it: what is said of each line beside it, and what becomes of each migration."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, dropwhile, islice
from typing import Final

from bot.pages.playground.paste import Sheet
from bot.pages.playground.work import Answer, name_of
from rules.analysis.preview import Preview, Way
from rules.analysis.rollback import windows
from rules.deployment import Release, releases
from rules.finding import FileReport, Finding, Severity
from rules.postgres.chart import Chart, chart
from rules.postgres.observation import Observed
from rules.rewrite.edit import Safety, apply
from rules.rewrite.patch import patch
from rules.rewriting import follow_ups
from rules.source import Change, SourceFile
from rules.sql.names import Name

MOST_NOTES: Final = 40  # beside a file; a rewrite is compared line by line for each
MOST_STATEMENTS: Final = 40  # of a direction
MOST_TABLES: Final = 12  # across a chart
LONGEST_SQL: Final = 2_000  # characters of a statement
MOST_LISTED: Final = 20  # differences, or things lost
KINDS: Final = {"+": "ins", "-": "del", "@": "at"}  # of a line in a patch, by how it begins


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a patch."""

    kind: str  # ins, del, at or same
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A finding beside the lines from *line* to *last*."""

    name: str
    line: int
    last: int
    finding: Finding
    patch: tuple[Line, ...] = ()

    @property
    def is_safe(self) -> bool:
        """Tell whether its rewrite asks nothing of a person."""
        return self.finding.rewrite is not None and self.finding.rewrite.safety is Safety.SAFE


@dataclass(frozen=True, slots=True)
class Leaf:
    """A file with its notes, and the gravest severity of each line that has one."""

    sheet: Sheet
    notes: tuple[Note, ...]
    more: int  # findings that are not shown
    marks: Mapping[int, Severity]
    lines: int


@dataclass(frozen=True, slots=True)
class Direction:
    """What a migration sends one way, and what that locks; *more* statements are not shown."""

    name: str
    statements: tuple[Observed, ...]
    more: int
    refusal: str
    silent: tuple[str, ...]
    chart: Chart


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one migration."""

    report: FileReport
    missing: str
    directions: tuple[Direction, ...]


@dataclass(frozen=True, slots=True)
class View:
    """All that is drawn of an answer."""

    answer: Answer
    leaves: tuple[Leaf, ...]
    outcomes: tuple[Outcome, ...]
    rollback: tuple[str, ...]
    deployment: tuple[Release, ...]  # nothing where there is nothing to wait for
    status: str


def view(answer: Answer) -> View:
    """Return what is drawn."""
    paste, report = answer.paste, answer.report
    previews = {one.path: one for one in answer.previews}
    steps = sorted((one.step for one in report.files if one.step), key=lambda step: step.path.rpartition("/")[2])
    waits = len(steps) > 1 or any(step.waits for step in steps)
    return View(
        answer,
        tuple(_leaf(sheet, paste.change, report.findings) for sheet in paste.sheets),
        tuple(_outcome(one, previews.get(one.path, Preview(one.path))) for one in report.files),
        tuple(window.sentence for window in windows(report, paste.change)),
        releases(steps, paste.deploys) if waits else (),
        _status(answer),
    )


def _status(answer: Answer) -> str:
    if answer.failure or not answer.report.files:
        return answer.failure or "There is no new migration here."
    graded = Counter(finding.severity for finding in answer.report.findings)
    counted = ", ".join(f"{graded[severity]} {severity.value}" for severity in Severity if graded[severity])
    found = f"Findings: {counted}." if counted else "Nothing to say."
    verdicts = ", ".join(dict.fromkeys(one.verdict.value for one in answer.report.files))
    return f"{found} Rollback: {verdicts}."


def _leaf(sheet: Sheet, change: Change, findings: Iterable[Finding]) -> Leaf:
    file = sheet.file
    lines = file.text.count("\n") + 1
    if sheet.is_merged:
        return Leaf(sheet, (), 0, {}, lines)
    here = sorted((one for one in findings if one.path == file.path), key=lambda one: one.span)
    marks: dict[int, Severity] = {}
    for finding in sorted(here, key=lambda one: one.severity.rank, reverse=True):
        marks[file.line_at(finding.span.start)] = finding.severity
    notes = tuple(_note(one, file, change) for one in here[:MOST_NOTES])
    return Leaf(sheet, notes, len(here) - len(notes), marks, lines)


def _note(finding: Finding, file: SourceFile, change: Change) -> Note:
    return Note(name_of(finding), *file.lines_of(finding.span), finding, tuple(_patch(finding, file, change)))


def _patch(finding: Finding, file: SourceFile, change: Change) -> Iterator[Line]:
    if finding.rewrite is None:
        return
    more = follow_ups(finding.rewrite, file.path, [*change.merged, *change.proposed])
    written = patch({file.path: file}, (apply(finding.rewrite.edits, file),))
    hunks = dropwhile(lambda line: not line.startswith("@@"), written.split("\n")[:-1])
    yield from (Line(KINDS.get(line[:1], "same"), line) for line in hunks)
    for new in more:
        yield Line("at", f"@@ a new file: {new.path.rpartition('/')[2]}")
        yield from (Line("ins", f"+{line}") for line in new.text.splitlines())


def _outcome(report: FileReport, preview: Preview) -> Outcome:
    shown = replace(report, differences=report.differences[:MOST_LISTED], loses=report.loses[:MOST_LISTED])
    ways = (("up", preview.up), ("down", preview.down))
    directions = (_direction(name, way, preview.in_transaction) for name, way in ways if way is not None)
    return Outcome(shown, preview.missing, tuple(directions))


def _direction(name: str, way: Way, in_transaction: bool) -> Direction:  # noqa: FBT001 - as the migration says
    sent = way.showing.statements
    first = sent[:MOST_STATEMENTS]
    met = chain.from_iterable((effect.on for effect in one.effects) for one in first)
    tables = frozenset(islice(dict.fromkeys(met), MOST_TABLES))
    statements = tuple(_cut(one, tables) for one in first)
    refusal = "" if way.showing.refusal is None else str(way.showing.refusal)
    drawn = chart(statements, in_transaction=in_transaction)
    return Direction(name, statements, len(sent) - len(first), refusal, way.silent[:MOST_LISTED], drawn)


def _cut(one: Observed, tables: frozenset[Name]) -> Observed:
    sql = one.sql if len(one.sql) <= LONGEST_SQL else f"{one.sql[:LONGEST_SQL]} …"
    return replace(one, sql=sql, effects=tuple(effect for effect in one.effects if effect.on in tables))
