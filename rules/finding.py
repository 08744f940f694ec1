"""What is found in a migration, how grave it is, and what becomes of a rollback."""

from dataclasses import dataclass
from enum import Enum

from rules.rewrite.edit import Rewrite
from rules.source import Span


class Severity(Enum):
    """What happens to production if nobody listens."""

    OUTAGE = "outage"
    RISK = "risk"
    ADVICE = "advice"

    @property
    def rank(self) -> int:
        """0 for the gravest, so that sorting puts it first."""
        return list(Severity).index(self)


class Verdict(Enum):
    """What becomes of the schema when the migration is rolled back."""

    REVERSIBLE = "reversible"  # proven equal
    LOSES_DATA = "loses-data"  # proven equal, and data is lost
    NOT_RESTORED = "not-restored"  # the rollback succeeds, the schema differs
    IRREVERSIBLE = "irreversible"  # the rollback raises, even on empty tables
    FAILS_ON_DATA = "fails-on-data"  # passes on empty tables, fails on rows
    ONE_WAY = "one-way"  # declared on purpose, with a reason
    UNKNOWN = "unknown"  # something could not be read


@dataclass(frozen=True, slots=True)
class Finding:
    """One hazard at one place, in one sentence that says what PostgreSQL or Ecto does to whom."""

    rule: str
    severity: Severity
    path: str
    span: Span
    message: str
    rewrite: Rewrite | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """A finding that a comment in the file allows, with the reason given there."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """What is said of one proposed file."""

    path: str
    version: int | None  # None when the file name does not begin with one
    module: str | None  # None when the file defines no migration, or does not parse
    verdict: Verdict
    reason: str  # the evidence for the verdict, in a sentence
    findings: tuple[Finding, ...] = ()
    allowed: tuple[Allowed, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of a change, file by file, in the order of their paths."""

    files: tuple[FileReport, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, file by file, in the order of the text."""
        return tuple(finding for file in self.files for finding in file.findings)
