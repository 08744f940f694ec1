"""Tokens of the App, each for one repository and with the permissions of one job, kept until they are about to end."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from types import MappingProxyType
from typing import Final

from github import Auth
from redis import Redis

from workers.github.errors import Forbidden, Rejected, RetryLater
from workers.github.wire import Wire, path
from workers.memory.quota import Quota
from workers.memory.vault import Vault

REVIEWING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "checks": "write",  # the gate
        "contents": "read",  # migrations and their history
        "pull_requests": "write",  # reviews, answers, reactions
    }
)
WRITING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "contents": "write",  # commits; GitHub asks for it to resolve a thread, too
        "pull_requests": "write",
    }
)
SHARED: Final[Mapping[str, str]] = MappingProxyType({"contents": "read"})
LOOKING: Final[Mapping[str, str]] = MappingProxyType({"metadata": "read", "pull_requests": "read"})
MARGIN: Final = 300  # seconds; a token that ends in mid-job is of no use
REMEMBERED: Final = 600  # seconds; what every review of an owner's repositories asks for
JWT_LIFE: Final = 540  # seconds; GitHub's limit is 600, clocks differ
JWT_AGE: Final = -60  # seconds; as above, the other way


@dataclass(frozen=True, slots=True)
class Token:
    """An installation token and the moment at which it ends, in seconds since the epoch."""

    text: str = field(repr=False)
    ends: float


@dataclass(slots=True)
class App:
    """The App itself: it signs with its key and asks for tokens; one per process, shared by its threads."""

    api_url: str
    id: int
    private_key: str = field(repr=False)
    clock: Callable[[], float] = field(default=time.time, repr=False)
    wire: Wire = field(init=False, repr=False)
    redis: Redis | None = field(default=None, repr=False)  # what processes share: tokens, and what is left of limits
    prefix: str = ""
    _vault: Vault | None = field(default=None, init=False, repr=False)
    _tokens: dict[str, Token] = field(default_factory=dict, init=False, repr=False)
    _answers: dict[tuple[str, str], tuple[str | None, float]] = field(default_factory=dict, init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        auth = Auth.AppAuth(self.id, self.private_key, jwt_expiry=JWT_LIFE, jwt_issued_at=JWT_AGE)
        self.wire = Wire(self.api_url, auth)
        if self.redis is not None:
            self._vault = Vault.behind(self.private_key, self.redis, self.prefix)

    def looking(self, installation: int) -> Wire:
        """Return a way to see the repositories and pull requests of an installation, and nothing else."""
        return self.at(installation, "", LOOKING)

    def at(self, installation: int, repository: str, permissions: Mapping[str, str]) -> Wire:
        """Return a way to *repository*, or all of them where that is empty, with *permissions* and no more.

        RetryLater while the installation's hour is used up, and as `token`.
        """
        quota = None if self.redis is None else Quota(self.redis, self.prefix, installation, repository)
        seconds = quota.wait() if quota else 0.0
        if seconds > 0:
            raise RetryLater(seconds, "the installation's hour is used up")
        return Wire(self.api_url, Auth.Token(self.token(installation, repository, permissions)), quota)

    def token(self, installation: int, repository: str, permissions: Mapping[str, str]) -> str:
        """Return a token with *permissions* and no more; Forbidden if they are not granted.

        It opens *repository* alone, or all of the installation's where that is empty.
        """
        name = f"{_place(installation, repository)}{_scope(permissions)}"
        with self._lock:
            token = self._tokens.get(name)
            if token is None or token.ends - MARGIN < self.clock():
                token = self._tokens[name] = self._fetch(name, installation, repository, permissions)
            return token.text

    def remembered(self, what: tuple[str, str], ask: Callable[[], str | None]) -> str | None:
        """Return what *ask* returned in the last minutes, or ask again."""
        known, until = self._answers.get(what, (None, 0.0))
        if until < self.clock():
            known, until = ask(), self.clock() + REMEMBERED
            self._answers[what] = known, until
        return known

    def forget(self, installation: int, repository: str) -> None:
        """Drop the tokens for *repository*: revoked, or the installation is gone."""
        with self._lock:
            for name in [name for name in self._tokens if name.startswith(_place(installation, repository))]:
                del self._tokens[name]
                if self._vault:
                    self._vault.forget(name)

    def _fetch(self, name: str, installation: int, repository: str, permissions: Mapping[str, str]) -> Token:
        """Take the token that another process got, or ask GitHub for one."""
        if self._vault is None:
            return self._ask(installation, repository, permissions)

        def ask() -> tuple[str, float]:
            token = self._ask(installation, repository, permissions)
            return f"{token.ends} {token.text}", token.ends - 2 * MARGIN - self.clock()

        ends, _, text = self._vault.get(name, ask).partition(" ")
        return Token(text, float(ends))

    def _ask(self, installation: int, repository: str, permissions: Mapping[str, str]) -> Token:
        wanted: dict[str, object] = {"permissions": dict(permissions)}
        if repository:
            wanted["repositories"] = [repository.partition("/")[2]]
        try:
            answer = self.wire.post(
                path("app", "installations", installation, "access_tokens"),
                wanted,
                repeatable=True,
            )
        except Rejected as refused:
            raise Forbidden(str(refused)) from refused
        ends = datetime.fromisoformat(answer["expires_at"]).timestamp()
        return Token(answer["token"], ends)


def _place(installation: int, repository: str) -> str:
    return f"{installation}:{repository}#"


def _scope(permissions: Mapping[str, str]) -> str:
    return ",".join(f"{name}={level}" for name, level in sorted(permissions.items()))
