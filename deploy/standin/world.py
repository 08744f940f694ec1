"""Everything the stand-in knows at a moment, found by name or by number."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeVar

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from deploy.standin import model
from deploy.standin.clock import Clock
from deploy.standin.errors import not_found
from deploy.standin.faults import Faults
from deploy.standin.git import GitRepository
from deploy.standin.limits import Limits
from deploy.standin.webhooks import Outbox

PERMISSIONS = {
    "checks": "write",
    "contents": "write",
    "issues": "write",
    "members": "read",
    "merge_queues": "read",
    "metadata": "read",
    "pull_requests": "write",
}
EVENTS = [
    "check_run",
    "check_suite",
    "issue_comment",
    "merge_group",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "push",
    "repository",
]
PREFIXES: dict[type, str] = {
    model.Account: "U",
    model.Repository: "R",
    model.PullRequest: "PR",
    model.Review: "PRR",
    model.Thread: "PRRT",
    model.ReviewComment: "PRRC",
    model.IssueComment: "IC",
    model.CheckSuite: "CS",
    model.CheckRun: "CR",
    model.Installation: "IN",
    model.App: "A",
    model.Reaction: "REA",
}
TOKEN_LIFE = timedelta(hours=1)
Thing = TypeVar("Thing")


def node_id(thing: Any) -> str:
    """Name a thing as GraphQL does: opaque to clients, but telling its kind."""
    return f"{PREFIXES[type(thing)]}_kwDO{thing.id:08d}"


@dataclass(frozen=True, slots=True)
class Violation:
    """A request that GitHub's published document does not allow, or an answer of ours that it does not."""

    kind: str  # request or answer
    method: str
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A request to the API and what it was answered with."""

    method: str
    path: str
    status: int  # 0: the connection was cut
    at: float  # seconds since the epoch


@dataclass(frozen=True, slots=True)
class Links:
    """Where the API and the web pages are for whoever reads the answer."""

    api: str
    web: str


@dataclass
class World:
    """The state of one stand-in. Whoever reads or changes it holds *lock*."""

    directory: Path
    base_url: str
    app: model.App = field(init=False)
    lock: threading.RLock = field(default_factory=threading.RLock)
    clock: Clock = field(default_factory=Clock)
    accounts: dict[str, model.Account] = field(default_factory=dict)
    repositories: dict[str, model.Repository] = field(default_factory=dict)
    installations: dict[int, model.Installation] = field(default_factory=dict)
    tokens: dict[str, model.Token] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)
    requests: list[Answered] = field(default_factory=list)
    outbox: Outbox = field(default_factory=Outbox)
    limits: Limits = field(default_factory=Limits)
    faults: Faults = field(default_factory=Faults)
    apps_enter_forks: bool = False  # whether "allow edits by maintainers" is for Apps, too, which GitHub does not say
    agreed: dict[str, Any] = field(default_factory=dict)  # Apps that somebody agreed to, by the code to fetch them with
    _numbers: Iterator[int] = field(default_factory=lambda: count(1001))
    _things: dict[str, Any] = field(default_factory=dict)  # by node id

    def __post_init__(self) -> None:
        private, public = key_pair()
        owner = self.account("ecto-fix-maintainers", "Organization")
        self.app = model.App(
            id=self.number(),
            slug="ecto-fix",
            name="ecto-fix",
            owner=owner,
            bot=self.account("ecto-fix[bot]", "Bot"),
            private_key=private,
            public_key=public,
            permissions=dict(PERMISSIONS),
            events=list(EVENTS),
            created_at=self.clock.now(),
        )

    @property
    def links(self) -> Links:
        """Give the addresses that webhooks carry."""
        return Links(self.base_url, self.base_url)

    def number(self) -> int:
        """Give a number that nothing else has."""
        return next(self._numbers)

    def keep(self, thing: Any) -> None:
        """Remember a thing so that it can be found by its number."""
        self._things[node_id(thing)] = thing

    def forget(self, thing: Any) -> None:
        """Forget a deleted thing."""
        del self._things[node_id(thing)]

    def find(self, kind: type[Thing], number: int) -> Thing:
        """Find a thing by its number, or say 404."""
        thing = self._things.get(f"{PREFIXES[kind]}_kwDO{number:08d}")
        if not isinstance(thing, kind):
            raise not_found()
        return thing

    def all(self, kind: type[Thing]) -> list[Thing]:
        """List all things of a kind, oldest first."""
        return [each for each in self._things.values() if type(each) is kind]

    def node(self, name: str) -> Any:
        """Find a thing by its node id; None when there is none."""
        return self._things.get(name)

    def account(self, login: str, kind: str = "User") -> model.Account:
        """Find an account, or make it."""
        if login not in self.accounts:
            number = self.number()
            email = f"{number}+{login}@users.noreply.github.com"
            self.accounts[login] = model.Account(number, login, kind, login, email, f"ghp_{token_hex(18)}")
            self.keep(self.accounts[login])
        return self.accounts[login]

    def repository(self, full_name: str) -> model.Repository:
        """Find a repository by owner/name, whatever its case, or say 404."""
        try:
            return self.repositories[full_name.lower()]
        except KeyError:
            raise not_found() from None

    def add_repository(
        self, full_name: str, *, private: bool, parent: model.Repository | None = None
    ) -> model.Repository:
        """Make an empty repository."""
        owner, name = full_name.split("/")
        number = self.number()
        account = self.account(owner, "Organization" if parent is None else "User")
        git = GitRepository(self.directory / f"{number}.git")
        repository = model.Repository(number, account, name, git, private, "main", self.clock.now(), parent=parent)
        self.repositories[full_name.lower()] = repository
        self.keep(repository)
        return repository

    def next_pull_number(self, repository: model.Repository) -> int:
        """Give the next number in a repository."""
        return max(repository.pulls, default=0) + 1

    def installation_on(self, repository: model.Repository) -> model.Installation | None:
        """Find the App's installation that covers a repository."""
        return next((each for each in self.installations.values() if repository in each.repositories), None)

    def issue_token(
        self, installation: model.Installation, permissions: dict[str, str], only: frozenset[int]
    ) -> model.Token:
        """Make a token that lives for an hour."""
        token = model.Token(f"ghs_{token_hex(18)}", installation, permissions, only, self.clock.now() + TOKEN_LIFE)
        self.tokens[token.value] = token
        return token


@cache
def key_pair() -> tuple[str, str]:
    """Make the App's RSA key, private and public, as PEM; it takes long, so the stand-ins of one process share it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()
