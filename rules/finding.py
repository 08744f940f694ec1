"""What is found in a migration, how grave it is, and what becomes of a rollback."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from rules.deployment import Step
from rules.postgres.effects import Effect
from rules.postgres.locks import Lock
from rules.postgres.observation import Observation
from rules.rewrite.edit import Rewrite
from rules.schema.comparison import Difference
from rules.schema.verdict import Verdict
from rules.source import Span
from rules.sql.names import Name

__all__ = [
    "Allowed",
    "Claim",
    "Difference",
    "Effect",
    "FileReport",
    "Finding",
    "Report",
    "Severity",
    "Verdict",
    "Withdrawn",
]


def listed(names: Sequence[str], shown: int = 3, link: str = ", ") -> str:
    """Return names in code spans for a sentence: the first few, and how many more there are."""
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return link.join(f"`{name}`" for name in names[:shown]) + more


def barred(stopped: Mapping[Name, Lock]) -> str:
    """Return what nobody can do to tables whose writers wait: "read or write `a`, nor write to `b`"."""
    unread = [str(name) for name, lock in stopped.items() if lock.blocks_reads]
    unwritten = [str(name) for name, lock in stopped.items() if not lock.blocks_reads]
    reads, writes = f"read or write {listed(unread, link=' or ')}", f"write to {listed(unwritten, link=' or ')}"
    return f"{reads}, nor {writes}" if unread and unwritten else reads if unread else writes


class Severity(Enum):
    """What happens to production if nobody listens."""

    OUTAGE = "outage"
    RISK = "risk"
    ADVICE = "advice"

    @property
    def rank(self) -> int:
        """0 for the gravest, so that sorting puts it first."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One hazard at one place, in one sentence that says what PostgreSQL or Ecto does to whom."""

    rule: str
    severity: Severity
    path: str
    span: Span
    message: str
    rewrite: Rewrite | None = None
    differences: tuple[Difference, ...] = ()  # the evidence, of what a rollback leaves
    effects: tuple[Effect, ...] = ()  # the evidence, of what it does to tables that others use
    observed: bool = False  # a rehearsal saw what it says


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A finding that a rehearsal contradicts, and what was seen instead."""

    finding: Finding
    seen: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What the proof said of a file, where a rehearsal saw otherwise."""

    verdict: Verdict
    reason: str


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
    differences: tuple[Difference, ...] = ()  # between the schema before the migration and after its rollback
    loses: tuple[str, ...] = ()  # what a rollback would lose: rows and values written since
    step: Step | None = None  # of the deployment; None where each file is judged by itself
    observation: Observation | None = None  # of its rehearsal, where one was wanted
    withdrawn: tuple[Withdrawn, ...] = ()
    claim: Claim | None = None  # None where proof and rehearsal agree

    @property
    def folder(self) -> str:
        """Where the file lies."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The file's name with its version."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of a change, file by file, in the order of their paths."""

    files: tuple[FileReport, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, file by file, in the order of the text."""
        return tuple(finding for file in self.files for finding in file.findings)

    @property
    def disagreements(self) -> tuple[FileReport, ...]:
        """The files of which proof and rehearsal say different things: a defect of ours, in the one or the other."""
        return tuple(file for file in self.files if file.claim is not None)
