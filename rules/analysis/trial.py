"""How far a rewrite can be trusted: the file that it makes is read, replayed and judged like any other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from rules.analysis.judging import Case, findings, judgement, met
from rules.analysis.reading import read_file
from rules.ecto.files import folder_of
from rules.finding import Finding, Verdict
from rules.rewrite.edit import Rewrite, Safety, apply
from rules.rule import Background
from rules.schema.comparison import differences
from rules.schema.model import Check, Schema
from rules.settings import Settings
from rules.source import SourceFile

RESTORING: Final = frozenset({Verdict.REVERSIBLE, Verdict.LOSES_DATA})


def trusted(found: tuple[Finding, ...], case: Case, settings: Settings, background: Background) -> tuple[Finding, ...]:
    """Keep a rewrite SAFE only if the file that it makes restores the schema and no longer has its hazard.

    Several hazards of a file may each stand in the way of the proof of the others: all are tried together first.
    """
    claimed = [finding for finding in found if finding.rewrite and finding.rewrite.safety is Safety.SAFE]
    known = frozenset((finding.rule, finding.message) for finding in found)
    trial = Trial(case, settings, background, known)
    if not claimed or trial.passes(claimed):
        return found
    proven = {id(finding) for finding in claimed if len(claimed) > 1 and trial.passes([finding])}
    return tuple(
        finding
        if id(finding) in proven or finding.rewrite is None
        else replace(finding, rewrite=replace(finding.rewrite, safety=Safety.REVIEW))
        for finding in found
    )


def asks_for_null(before: Schema, after: Schema) -> bool:
    """Tell whether a new check wants NULL in a column that was NOT NULL: the first such row bars the way back."""
    for name, old in before.tables.items():
        new = after.table(name)
        checks = [one for one in new.constraints.values() if isinstance(one, Check) and one.name not in old.constraints]
        freed = [
            column.name
            for column in new.columns.values()
            if column.null is True and column.name in old.columns and old.columns[column.name].null is False
        ]
        wanted = [re.compile(rf'\b{re.escape(column)}"?\s+is\s+null\b', re.IGNORECASE) for column in freed]
        if any(one.search(check.expression) for one in wanted for check in checks):
            return True
    return False


@dataclass(frozen=True, slots=True)
class Trial:
    """A file whose rewrites are tried out."""

    case: Case
    settings: Settings
    background: Background
    known: frozenset[tuple[str, str]]  # rule and message of every finding before

    def passes(self, wanted: list[Finding]) -> bool:
        """Tell whether the file, with those that follow it, does the same, restores it, and has no hazard *wanted*."""
        chosen = [finding.rewrite for finding in wanted if finding.rewrite is not None]
        try:
            edits = {edit for rewrite in chosen for edit in rewrite.edits}
            edited = apply(edits, self.case.reading.migration.source)
        except ValueError:
            return False
        gone = {(finding.rule, finding.message) for finding in wanted}
        schema = self.case.passage.schema
        for file in (edited, *self._follow_ups(chosen)):
            tried = met(read_file(file, self.case.reading.project), schema)
            if judgement(tried).verdict not in RESTORING or asks_for_null(schema, tried.after):
                return False
            judged = findings(tried, self.settings, self.background, is_trial=True)
            left = {(finding.rule, finding.message) for finding in judged}
            if left & gone or left - self.known:
                return False
            schema = tried.after
        return not any(differences(self.case.after, schema))

    def _follow_ups(self, rewrites: list[Rewrite]) -> Iterator[SourceFile]:
        migration = self.case.reading.migration
        folder, version = folder_of(migration.source.path), migration.version or 0
        for rewrite in rewrites:
            for new in rewrite.follow_ups:
                version += 1
                yield SourceFile(f"{folder}/{version}_{new.name}.exs", new.text)
