"""One file judged over the schema that it meets: its verdict, and what the rules find in it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from rules.analysis.reading import Reading
from rules.catalog import rules
from rules.ecto.commands import CreateIndex, CreateTable, DropIndex, DropTable, RenameTable
from rules.ecto.files import is_passed_over
from rules.ecto.listing import Neighbours
from rules.finding import Finding, Verdict
from rules.rule import POSTGRES, Background, Context
from rules.schema.model import Schema
from rules.schema.replay import meetings, replay
from rules.schema.verdict import Judgement, judge
from rules.settings import Settings

NOTHING_BEHIND: Final = Background()
PROVEN: Final = frozenset(Verdict) - {Verdict.ONE_WAY, Verdict.UNKNOWN}  # by running over our schema
ALIKE: Final = (CreateTable, DropTable, RenameTable, CreateIndex, DropIndex)  # the same wherever Ecto goes


def after(reading: Reading, schema: Schema) -> Schema:
    """Return what *schema* becomes when the migration has run."""
    migration = reading.migration
    if is_passed_over(migration.source.path):
        return schema
    if reading.broken:
        return schema.forgotten()  # Elixir may read what we cannot
    return replay(schema.beginning(migration.version), migration.up.commands).schema


def judgement(reading: Reading, schema: Schema) -> Judgement:
    """Return the verdict on the migration, or on what its author declares of it."""
    reason = reading.directives.one_way
    if is_passed_over(reading.migration.source.path):
        return Judgement(Verdict.UNKNOWN, "Ecto does not run a file of this name.")
    if reading.broken:
        place = reading.migration.source.line_at(reading.broken[0].span.start)
        return Judgement(Verdict.UNKNOWN, f"The file is not Elixir at line {place}.")
    proven = judge(reading.migration, schema)
    refused = reading.migration.down.failure is not None  # by Ecto, whatever the database
    if proven.verdict in PROVEN and not refused and not _is_modelled(reading):
        return Judgement(Verdict.UNKNOWN, f"What {reading.repo.adapter} makes of it is not known.")
    if reason is not None and proven.verdict is not Verdict.REVERSIBLE:
        return Judgement(Verdict.ONE_WAY, f"Declared: {reason}")
    return proven


def _is_modelled(reading: Reading) -> bool:
    """Tell whether the database does what our schema models: PostgreSQL's ways, or what all databases do alike."""
    if reading.repo.adapter in {None, POSTGRES}:
        return True
    commands = (*reading.migration.up.commands, *reading.migration.down.commands)
    return all(isinstance(command, ALIKE) for command in commands)


def findings(
    reading: Reading,
    schema: Schema,
    settings: Settings,
    background: Background = NOTHING_BEHIND,
    neighbours: Neighbours | None = None,
) -> Iterator[Finding]:
    """Ask every rule that is on about everything in the file, and the file itself, in the order of the text."""
    migration = reading.migration
    met = tuple(meetings(schema.beginning(migration.version), migration.up.commands))
    context = Context(migration, schema, settings, reading.repo, met, background)
    asked = [rule for rule in rules() if rule.severity_in(settings) is not None]
    about_file = (*reading.wrongs, *([neighbours] if neighbours else []))
    found = [finding for rule in asked for about in about_file for finding in rule.findings(about, context)]
    if migration.module is not None and not reading.broken and not is_passed_over(migration.source.path):
        found += [finding for rule in asked for finding in rule.findings(migration, context)]
        for command, before in met:
            here = replace(context, schema=before)
            found += [finding for rule in asked for finding in rule.findings(command, here)]
    # A command in a loop is queued many times, and stands in the text once.
    once = {(finding.span, finding.rule): finding for finding in reversed(found)}
    yield from (once[key] for key in sorted(once))
