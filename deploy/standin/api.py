"""What a handler of GitHub's API is: it gets a call, and gives an answer or raises GitHub's error."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deploy.standin.actor import Actor
from deploy.standin.errors import not_found, unprocessable
from deploy.standin.model import Account, PullRequest, Repository
from deploy.standin.world import Links, Thing, World

MOST_PER_PAGE = 100
DEFAULT_PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was understood, let in and found to be well formed."""

    world: World
    actor: Actor
    links: Links
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]
    accept: str

    @property
    def repository(self) -> Repository:
        """Give the repository that the path names."""
        return self.world.repository(f"{self.path['owner']}/{self.path['repo']}")

    @property
    def pull(self) -> PullRequest:
        """Give the pull request that the path names, under either of its two names."""
        number = self.path.get("pull_number") or self.path["issue_number"]
        found = self.repository.pulls.get(int(number)) if number.isdecimal() else None
        if found is None:
            raise not_found()
        return found

    @property
    def account(self) -> Account:
        """Give the account in whose name the call acts."""
        return self.actor.account

    def found(self, kind: type[Thing], parameter: str) -> Thing:
        """Find the thing that the path names by number."""
        if not self.path[parameter].isdecimal():
            raise not_found()
        return self.world.find(kind, int(self.path[parameter]))

    def commit(self, name: str) -> str:
        """Find the commit meant by a branch, a tag or a SHA, or say 422 as GitHub does."""
        sha = self.repository.git.resolve(name.removeprefix("refs/"))
        if sha is None:
            raise unprocessable(f"No commit found for SHA: {name}")
        return sha


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that is more than a JSON body with the documented status."""

    body: Any
    status: int | None = None
    media_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """A list of which only the asked page is shown; *under* is the property it hangs on where GitHub has one."""

    items: Sequence[Any]
    show: Callable[[Any], Any]
    under: str = ""


Handler = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Registered:
    """A handler and what it takes to be let in."""

    handle: Handler
    by: str  # anyone, app (its JSON web token), client (its secret), installation or token (of either, or a user)
    needs: tuple[str, ...]  # any one of these, written as `contents:write`


HANDLERS: dict[str, Registered] = {}


def operation(name: str, *needs: str, by: str = "token") -> Callable[[Handler], Handler]:
    """Register a handler under the name that GitHub's document gives to the operation."""

    def register(handle: Handler) -> Handler:
        HANDLERS[name] = Registered(handle, by, needs)
        return handle

    return register
