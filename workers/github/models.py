"""What GitHub tells us and what we tell GitHub, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

SYMLINK: Final = "120000"
SUBMODULE: Final = "160000"


@dataclass(frozen=True, slots=True)
class Tip:
    """A branch and the commit at its end; *repository* is None when the fork was deleted."""

    repository: str | None
    branch: str
    sha: str


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request at the moment of asking."""

    number: int
    author: str
    head: Tip
    base: Tip
    open: bool
    draft: bool
    locked: bool
    maintainers_may_edit: bool = False  # of the base repository, in the fork

    @property
    def from_fork(self) -> bool:
        """Tell whether the head lies in another repository."""
        return self.head.repository != self.base.repository


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """A file, symlink or submodule of a commit; *size* is in bytes, 0 for a submodule."""

    path: str
    mode: str
    sha: str
    size: int


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file of a pull request's diff; *patch* is None when GitHub left it out as too large or unchanged."""

    path: str
    status: str
    patch: str | None
    previous_path: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of the pull request."""

    sha: str
    message: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the head has that the base branch has not; *files* ends at GitHub's 300."""

    base: str
    merge_base: str
    files: Mapping[str, ChangedFile]
    commits: tuple[Commit, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """A review thread that we began."""

    id: str
    path: str
    comment: str  # the node id of its first comment
    comment_number: int  # the same comment, as REST names it
    body: str
    resolved: bool
    resolved_by_us: bool
    minimized: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A comment of ours in the conversation; *id* is REST's."""

    id: int
    body: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """What we said on a pull request so far, oldest first, and its head at that moment."""

    head: str
    threads: tuple[Thread, ...] = ()
    comments: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class InlineComment:
    """A review comment on the new side of the diff; lines count from 1, both ends included."""

    path: str
    first: int
    last: int
    body: str


@dataclass(frozen=True, slots=True)
class FileComment:
    """A review comment on a file of the diff as a whole, as *head* has it."""

    head: str
    path: str
    body: str


@dataclass(frozen=True, slots=True)
class Review:
    """Comments to be posted together on *head*."""

    head: str
    body: str
    comments: tuple[InlineComment, ...]


class Conclusion(Enum):
    """How a check run ends; success and neutral let a required check pass."""

    SUCCESS = "success"
    NEUTRAL = "neutral"
    FAILURE = "failure"


class Level(Enum):
    """How loud an annotation is."""

    NOTICE = "notice"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark of a check run; unlike a comment it may stand on any line."""

    path: str
    first: int
    last: int
    level: Level
    title: str
    message: str


class Button(Enum):
    """A button on a finished check: label, what it does, and the word that GitHub sends when somebody presses it.

    GitHub takes at most 3, with at most 20, 40 and 20 characters.
    """

    FIX = ("Fix all", "Commit every rewrite that is proven safe", "fix")
    EXPLAIN = ("Explain", "Show the pages of what was found here", "explain")
    RECHECK = ("Re-run", "Review this head again", "recheck")


@dataclass(frozen=True, slots=True)
class CheckOutput:
    """What a check run shows; *summary* is Markdown."""

    title: str
    summary: str
    annotations: tuple[Annotation, ...] = ()
    buttons: tuple[Button, ...] = (Button.RECHECK,)


@dataclass(frozen=True, slots=True)
class CheckRun:
    """Our check run on a commit."""

    id: int
    annotations: int = 0  # how many it has; GitHub adds to them and takes none away


class Reaction(Enum):
    """How we acknowledge a command."""

    SEEN = "eyes"
    DONE = "rocket"
    REFUSED = "confused"


@dataclass(frozen=True, slots=True)
class Collaborator:
    """A person and what they may do in the repository; *role* is GitHub's word for it."""

    login: str
    id: int
    role: str

    @property
    def may_push(self) -> bool:
        """Tell whether GitHub would take a push of this person."""
        return self.role in {"write", "maintain", "admin"}


@dataclass(frozen=True, slots=True)
class NewCommit:
    """A commit to make on a branch whose head is *expected_head*; *files* maps paths to whole contents."""

    repository: str
    branch: str
    expected_head: str
    headline: str
    body: str
    files: Mapping[str, str] = field(default_factory=dict)
