"""What surrounds a job in these tests: a lease that may end, a memory of this process, a judge with one opinion."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from deploy.standin.control import PullRequest
from rules.finding import FileReport, Finding, Report, Severity, Verdict
from rules.rewrite.edit import Edit, NewMigration, Rewrite, Safety
from rules.settings import Settings
from rules.source import Change, SourceFile, Span
from tests.workers.github.hub import ADD_INDEX, Hub
from workers.context import Context, Done
from workers.jobs import PullRequestKey
from workers.review.flow import review_pull_request

FIXED = ADD_INDEX.replace("[:email])", "[:email], concurrently: true)")
MANY = "".join(f"    create index(:users, [:c{number}])\n" for number in range(30))
THIRTY = ADD_INDEX.replace("    create index(:users, [:email])\n", MANY)
CLEAN = "defmodule Shop.Clean do\nend\n"

INDEX = re.compile(r"create index\([^()\n]*\)")
REMOVAL = re.compile(r"remove :\w+")
REQUIREMENT = re.compile(r"modify :(\w+), :string, null: false")


class LeaseEnded(Exception):
    """Somebody else may act on the pull request now."""


@dataclass(slots=True)
class FakeLease:
    """A lease that ends after so many writes."""

    writes: int = 1_000_000

    def remaining(self) -> float:
        return 60.0

    def check(self) -> None:
        self.writes -= 1
        if self.writes < 0:
            raise LeaseEnded


@dataclass(slots=True)
class FakeMemory:
    """A memory that lasts as long as the test."""

    blobs: dict[str, bytes] = field(default_factory=dict)
    marks: dict[PullRequestKey, frozenset[str]] = field(default_factory=dict)

    def get(self, sha: str) -> bytes | None:
        return self.blobs.get(sha)

    def put(self, sha: str, content: bytes) -> None:
        self.blobs[sha] = content

    def said(self, key: PullRequestKey) -> frozenset[str]:
        return self.marks.get(key, frozenset())

    def say(self, key: PullRequestKey, marks: Iterable[str]) -> None:
        self.marks[key] = self.said(key) | set(marks)


def judge(change: Change, _settings: Settings) -> Report:
    """Find indexes built without `concurrently`, removed columns, and columns made required in one step."""
    return Report(tuple(_judged(file) for file in change.proposed))


def _judged(file: SourceFile) -> FileReport:
    findings = sorted([*_indexes(file), *_removals(file), *_requirements(file)], key=lambda finding: finding.span)
    verdict = Verdict.UNKNOWN if "execute" in file.text else Verdict.REVERSIBLE
    return FileReport(file.path, 1, "Shop.Migration", verdict, "It says so.", tuple(findings))


def _indexes(file: SourceFile) -> Iterable[Finding]:
    for match in INDEX.finditer(file.text):
        if "concurrently" in match.group():
            continue
        end = match.end() - 1
        rewrite = Rewrite("Build it concurrently", Safety.SAFE, (Edit(Span(end, end), ", concurrently: true"),))
        message = "Building this index blocks every write."
        rule = "index-without-concurrently"
        yield Finding(rule, Severity.OUTAGE, file.path, Span(*match.span()), message, rewrite)


def _removals(file: SourceFile) -> Iterable[Finding]:
    for match in REMOVAL.finditer(file.text):
        message = "A rollback cannot add this column."
        yield Finding("column-removed-without-type", Severity.RISK, file.path, Span(*match.span()), message)


def _requirements(file: SourceFile) -> Iterable[Finding]:
    for match in REQUIREMENT.finditer(file.text):
        span = Span(*match.span())
        later = NewMigration(f"require_{match[1]}", "defmodule Later do\nend\n")
        edits = (Edit(span, f"modify :{match[1]}, :string"),)
        rewrite = Rewrite("Require it in a second step", Safety.SAFE, edits, (later,))
        yield Finding("column-made-required", Severity.OUTAGE, file.path, span, "This reads the whole table.", rewrite)


def surroundings(
    hub: Hub,
    pull: PullRequest,
    *,
    lease: FakeLease | None = None,
    memory: FakeMemory | None = None,
    analyse: Callable[[Change, Settings], Report] = judge,
) -> Context:
    return Context(
        key=hub.key(pull),
        github=hub.client(pull),
        lease=lease or FakeLease(),
        memory=memory or FakeMemory(),
        analyse=analyse,
        public_url="https://ecto-fix.example",
    )


def reviewed(hub: Hub, pull: PullRequest, **different: object) -> None:
    """Review the pull request, and insist that this was all there was to do."""
    assert review_pull_request(surroundings(hub, pull, **different)) == Done()  # type: ignore[arg-type]  # passed on


def conclusion(pull: PullRequest) -> tuple[str | None, str | None]:
    (check,) = pull.checks("ecto-fix")
    return check.conclusion, check.title
