"""What a GitHub remembers: accounts, repositories, pull requests, reviews, threads, comments and checks."""

from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any

from deploy.standin.git import GitRepository

ROLES = ("none", "read", "triage", "write", "maintain", "admin")  # each may do what those before it may


@dataclass(slots=True, eq=False)
class Account:
    """A user, an organisation or an App's bot."""

    id: int
    login: str
    kind: str  # User, Organization or Bot
    name: str
    email: str
    token: str = ""


@dataclass(slots=True, eq=False)
class Repository:
    """A repository: a bare git repository, who may do what with it, and its pull requests."""

    id: int
    owner: Account
    name: str
    git: GitRepository
    private: bool
    default_branch: str
    created_at: datetime
    roles: dict[str, str] = field(default_factory=dict)  # login -> one of ROLES
    required_checks: list[str] = field(default_factory=list)  # what merging into the default branch asks for
    parent: "Repository | None" = None  # what it was forked from
    pulls: dict[int, "PullRequest"] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """Name it as people do: owner/name."""
        return f"{self.owner.login}/{self.name}"

    def role(self, account: Account) -> str:
        """Tell somebody's role; the owner is an administrator and everybody may read what is public."""
        if account is self.owner:
            return "admin"
        return self.roles.get(account.login, "none" if self.private else "read")

    def allows(self, account: Account, role: str) -> bool:
        """Tell whether somebody has at least *role*."""
        return ROLES.index(self.role(account)) >= ROLES.index(role)


@dataclass(slots=True, eq=False)
class Reaction:
    """A thumb, a heart, a pair of eyes."""

    id: int
    author: Account
    content: str
    created_at: datetime


@dataclass(slots=True, eq=False)
class IssueComment:
    """A comment in the conversation of a pull request."""

    id: int
    pull: "PullRequest"
    author: Account
    body: str
    created_at: datetime
    updated_at: datetime
    reactions: list[Reaction] = field(default_factory=list)
    minimized: str | None = None  # the classifier it was minimised with


@dataclass(slots=True, eq=False)
class ReviewComment:
    """A comment in a thread on the diff."""

    id: int
    thread: "Thread"
    review: "Review"
    author: Account
    body: str
    created_at: datetime
    updated_at: datetime
    in_reply_to: int | None = None
    reactions: list[Reaction] = field(default_factory=list)
    minimized: str | None = None

    @property
    def pull(self) -> "PullRequest":
        """Give the pull request that it was made on."""
        return self.thread.pull


@dataclass(frozen=True, slots=True)
class Anchor:
    """The place in a diff that a thread was started on; a file's own thread has no lines."""

    path: str
    commit: str  # the head that the diff was of
    base: str  # the merge base that the diff was against
    subject: str  # line or file
    diff_hunk: str = ""
    side: str = "RIGHT"
    line: int | None = None
    start_line: int | None = None
    position: int | None = None


@dataclass(slots=True, eq=False)
class Thread:
    """Comments on one place of the diff."""

    id: int
    pull: "PullRequest"
    anchor: Anchor
    comments: list[ReviewComment] = field(default_factory=list)
    resolved_by: Account | None = None


@dataclass(slots=True, eq=False)
class Review:
    """A review: a verdict, a text, and comments on the diff."""

    id: int
    pull: "PullRequest"
    author: Account
    body: str
    state: str  # PENDING, COMMENTED, APPROVED, CHANGES_REQUESTED or DISMISSED
    commit_id: str
    submitted_at: datetime | None
    comments: list[ReviewComment] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Push:
    """A pull request's branch moved."""

    before: str | None  # None when the pull request was opened
    after: str
    by: Account
    at: datetime


@dataclass(slots=True, eq=False)
class PullRequest:
    """A request to pull one branch into another; what it changes is asked of git, not kept."""

    id: int
    number: int
    repository: Repository
    author: Account
    title: str
    body: str
    base_ref: str
    head_repository: Repository  # another one than *repository* when it comes from a fork
    head_ref: str
    head_sha: str
    base_sha: str
    draft: bool
    maintainer_can_modify: bool
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    merged_at: datetime | None = None
    merged_by: Account | None = None
    merge_commit_sha: str | None = None
    queued: bool = False  # to be merged, by the merge queue
    comments: list[IssueComment] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    pushes: list[Push] = field(default_factory=list)

    @property
    def state(self) -> str:
        """Tell whether it is open or closed."""
        return "closed" if self.closed_at else "open"


@dataclass(slots=True, eq=False)
class CheckRun:
    """What one check says about one commit."""

    id: int
    suite: "CheckSuite"
    name: str
    status: str
    conclusion: str | None
    started_at: datetime | None
    completed_at: datetime | None
    details_url: str | None
    external_id: str
    output: dict[str, Any] = field(default_factory=dict)  # title, summary, text
    annotations: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, str]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class CheckSuite:
    """All runs of one App on one commit."""

    id: int
    repository: Repository
    head_sha: str
    head_branch: str | None
    before: str | None
    created_at: datetime
    updated_at: datetime
    runs: list[CheckRun] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Installation:
    """The App on an account: what it may do, and on which repositories."""

    id: int
    account: Account
    permissions: dict[str, str]
    created_at: datetime
    repositories: list[Repository] = field(default_factory=list)
    suspended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody let the App act for them: what its code is exchanged with, and until when."""

    account: Account
    callback: str
    challenge: str  # of PKCE, S256; empty without
    ends: datetime


@dataclass(slots=True, eq=False)
class App:
    """The one App that this GitHub knows."""

    id: int
    slug: str
    name: str
    owner: Account
    bot: Account
    private_key: str  # PEM
    public_key: str  # PEM
    permissions: dict[str, str]
    events: list[str]
    created_at: datetime
    webhook_url: str = ""
    webhook_secret: str = ""
    client_secret: str = field(default_factory=lambda: token_hex(20))
    callback_urls: list[str] = field(default_factory=list)  # where logins may lead; none: anywhere
    logins: dict[str, Login] = field(default_factory=dict)  # by the code that is good once
    people: dict[str, Account] = field(default_factory=dict)  # by the token with which the App acts for them

    @property
    def client_id(self) -> str:
        """Name the App as it names itself where people log in."""
        return f"Iv23li{self.id:014d}"


@dataclass(frozen=True, slots=True)
class Token:
    """An installation's token: what it opens, and until when."""

    value: str
    installation: Installation
    permissions: dict[str, str]
    repository_ids: frozenset[int]
    expires_at: datetime
