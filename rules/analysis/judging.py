"""One file judged over the schema that it meets: its verdict, and what the rules find in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from rules.analysis.reading import Reading
from rules.analysis.refusal import refusal
from rules.catalog import rules
from rules.ecto.commands import Command, CreateIndex, CreateTable, DropIndex, DropTable, RenameTable
from rules.ecto.files import is_passed_over
from rules.ecto.listing import Neighbours
from rules.ecto.migration import Migration
from rules.finding import Finding, Verdict
from rules.rule import POSTGRES, Background, Broken, Context, Rule
from rules.schema.model import Schema
from rules.schema.passage import Passage
from rules.schema.verdict import Judgement
from rules.settings import Settings
from rules.suppression import Mistake

NOTHING_BEHIND: Final = Background()
PROVEN: Final = frozenset(Verdict) - {Verdict.ONE_WAY, Verdict.UNKNOWN}  # by running over our schema
ALIKE: Final = (CreateTable, DropTable, RenameTable, CreateIndex, DropIndex)  # the same wherever Ecto goes


@dataclass(frozen=True, slots=True)
class Case:
    """A file that is to be judged: what it says, what it meets, and beside which others it stands."""

    reading: Reading
    passage: Passage
    neighbours: Neighbours | None = None

    @property
    def after(self) -> Schema:
        """What the schema becomes when the migration has run."""
        if is_passed_over(self.reading.migration.source.path):
            return self.passage.schema
        if self.reading.broken:
            return self.passage.schema.forgotten()  # Elixir may read what we cannot
        if self.reading.migration.up.failure is not None:
            return self.passage.up.schema.doubted()  # where it ran, it ran with an Ecto that took it
        return self.passage.up.schema


def met(reading: Reading, schema: Schema, neighbours: Neighbours | None = None) -> Case:
    """Return the case of a file that meets *schema*."""
    return Case(reading, Passage(reading.migration, schema), neighbours)


def judgement(case: Case) -> Judgement:
    """Return the verdict on the migration, or on what its author declares of it."""
    reading = case.reading
    reason = reading.directives.one_way
    if is_passed_over(reading.migration.source.path):
        return Judgement(Verdict.UNKNOWN, "Ecto does not run a file of this name.")
    if reading.broken:
        place = reading.migration.source.line_at(reading.broken[0].span.start)
        return Judgement(Verdict.UNKNOWN, f"The file is not Elixir at line {place}.")
    proven = _running(reading, case.passage.judgement)
    refused = reading.migration.down.failure is not None  # by Ecto, whatever the database
    if proven.verdict in PROVEN and not refused and not _is_modelled(reading):
        return Judgement(Verdict.UNKNOWN, f"What {reading.repo.adapter} makes of it is not known.")
    if reason is not None and proven.verdict is not Verdict.REVERSIBLE:
        return Judgement(Verdict.ONE_WAY, f"Declared: {reason}")
    return proven


def _running(reading: Reading, proven: Judgement) -> Judgement:
    """Return the verdict, unless a direction does not even run."""
    migration = reading.migration
    failing = migration.up.failure or migration.down.failure  # of which the proof knows
    if failing is not None or reading.repo.adapter not in {None, POSTGRES}:
        return proven
    reason = refusal(migration.up, in_transaction=migration.in_transaction)
    if reason is not None:
        return Judgement(Verdict.UNKNOWN, f"The migration itself raises: {reason}.")
    reason = refusal(migration.down, in_transaction=migration.in_transaction)
    if reason is not None:
        return Judgement(Verdict.IRREVERSIBLE, f"Rolling back raises: {reason}.")
    return proven


def _is_modelled(reading: Reading) -> bool:
    """Tell whether the database does what our schema models: PostgreSQL's ways, or what all databases do alike."""
    if reading.repo.adapter in {None, POSTGRES}:
        return True
    commands = (*reading.migration.up.commands, *reading.migration.down.commands)
    return all(isinstance(command, ALIKE) for command in commands)


def findings(
    case: Case, settings: Settings, background: Background = NOTHING_BEHIND, *, is_trial: bool = False
) -> Iterator[Finding]:
    """Ask every rule that is on about everything in the file, and the file itself, in the order of the text.

    In a trial, findings come without rewrites.
    """
    reading, passage, migration = case.reading, case.passage, case.reading.migration
    context = Context(passage, passage.schema, settings, reading.repo, background, is_trial=is_trial)
    asked = {rule for rule in rules() if rule.severity_in(settings) is not None}
    about_file = (*reading.wrongs, *([case.neighbours] if case.neighbours else []))
    found = [finding for about in about_file for finding in _said(about, asked, context)]
    if migration.module is not None and not reading.broken and not is_passed_over(migration.source.path):
        found += _said(migration, asked, context)
        for command, before in passage.way_up:
            found += _said(command, asked, context.at(command, before))
    if not is_trial:  # where a rewrite has taken a hazard away, its allowance may stay behind
        unused = reading.directives.unused(found, {rule.name for rule in asked})
        found += [finding for mistake in unused for finding in _said(mistake, asked, context)]
    # A command in a loop is queued many times, and stands in the text once.
    once = {(finding.span, finding.rule): finding for finding in reversed(found)}
    yield from (once[key] for key in sorted(once))


def _said(
    about: Command | Migration | Neighbours | Broken | Mistake, asked: set[Rule], context: Context
) -> Iterator[Finding]:
    for rule in _listening(type(about)):  # type: ignore[arg-type]  # mypy takes classes for unhashable
        if rule in asked:
            yield from rule.findings(about, context)


@cache
def _listening(kind: type) -> tuple[Rule, ...]:
    """Return the rules that have a check for things of a *kind*: a few of many."""
    return tuple(rule for rule in rules() if any(issubclass(kind, kinds) for kinds, _ in rule.checks))
