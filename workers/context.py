"""What a job may use, and how it may end: all that a review or a command knows of the engine that runs it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeAlias

from rules.authoring import Reply, author
from rules.finding import Report
from rules.postgres.observation import Observation
from rules.settings import Settings
from rules.source import Change
from workers.github.port import GitHub
from workers.jobs import PullRequestKey
from workers.journal import Journal, unkept


@dataclass(frozen=True, slots=True)
class Done:
    """The job has had its effect, or needs none."""


@dataclass(frozen=True, slots=True)
class Later:
    """The job must be taken up again in *seconds*; only a *counted* delay uses up one of its attempts."""

    seconds: float
    reason: str
    counted: bool = False


Outcome: TypeAlias = Done | Later


class Lease(Protocol):
    """The right to act on a pull request, alone, for a while."""

    def remaining(self) -> float:
        """Return for how many seconds nobody else can act."""

    def check(self) -> None:
        """Raise LeaseLost unless there is time left for one request to GitHub; call it before every write."""


class Memory(Protocol):
    """What outlives a job: file contents, and what was already said. Forgetting costs time, never truth."""

    def get(self, sha: str) -> bytes | None:
        """Return the blob with this git hash, if it is still remembered."""

    def put(self, sha: str, content: bytes) -> None:
        """Remember the blob with this git hash for some days."""

    def said(self, key: PullRequestKey) -> frozenset[str]:
        """Return the marks of everything said on the pull request."""

    def say(self, key: PullRequestKey, marks: Iterable[str]) -> None:
        """Remember that this was said on the pull request."""


class Failure(Enum):
    """What ended an analysis before its time."""

    TIME = "it took too long"
    MEMORY = "it needed too much memory"
    CRASH = "the parser crashed"


class AnalysisFailed(Exception):
    """The change as a whole could not be analysed; one bad file never raises this, it becomes a verdict `unknown`."""

    def __init__(self, kind: Failure) -> None:
        super().__init__(kind.value)
        self.kind = kind


class Origin(Enum):
    """Whence a change comes that may be rehearsed."""

    OWN_BRANCH = "a branch of the repository"  # of somebody who may run things with its secrets anyway
    MERGE_QUEUE = "the merge queue"  # of anybody, let in by somebody who may merge
    FORK = "a fork"


def nowhere(_change: Change, _settings: Settings, _origin: Origin) -> tuple[Observation, ...]:
    """Rehearse nothing, where there is no place for it."""
    return ()


@dataclass(frozen=True, slots=True)
class Context:
    """One job's surroundings; *attempt* is 1 the first time that the job is tried."""

    key: PullRequestKey
    github: GitHub
    lease: Lease
    memory: Memory
    analyse: Callable[[Change, Settings], Report]
    public_url: str
    attempt: int = 1
    rehearse: Callable[[Change, Settings, Origin], tuple[Observation, ...]] = nowhere
    journal: Journal = field(default_factory=unkept)
    author: Callable[[str, Change, int, Settings], Reply] = author
