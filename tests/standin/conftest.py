"""A stand-in for all tests, a repository and a pull request for each, and callers that speak plain HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from deploy.standin.control import PullRequest, Repository, StandIn
from deploy.standin.server import running

OLD = "priv/repo/migrations/20240101000000_create_users.exs"
NEW = "priv/repo/migrations/20240301000000_index_users.exs"
OLD_TEXT = "".join(f"line {number}\n" for number in range(1, 41))
NEW_TEXT = (
    "defmodule IndexUsers do\n  use Ecto.Migration\n\n  def change do\n    create index(:users, [:email])\n  end\nend\n"
)
NUMBERS = count(1)


@dataclass
class Caller:
    """Somebody who calls the API with a token."""

    url: str
    token: str
    home: str = ""  # what stands before a path that begins with a slash
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, /, **more: Any) -> requests.Response:
        authorization = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers = {**authorization, **self.headers, **more.pop("headers", {})}
        return requests.request(method, f"{self.url}{self.home}{path}", headers=headers, timeout=30, **more)

    def get(self, path: str, /, **query: Any) -> requests.Response:
        return self.ask("GET", path, params=query)

    def post(self, path: str, /, **body: Any) -> requests.Response:
        return self.ask("POST", path, json=body)

    def patch(self, path: str, /, **body: Any) -> requests.Response:
        return self.ask("PATCH", path, json=body)

    def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        body: Any = {"query": query, "variables": variables}
        headers = {"Authorization": f"Bearer {self.token}"}
        answer: dict[str, Any] = requests.post(f"{self.url}/graphql", json=body, headers=headers, timeout=30).json()
        return answer


def as_app(standin: StandIn, **claims: Any) -> Caller:
    """Call as the App itself, with *claims* put over those of a good JSON web token."""
    app = standin.app()
    now = int(requests.get(f"{standin.url}/_standin/now", timeout=30).json())
    good = {"iat": now - 60, "exp": now + 300, "iss": str(app.id)}
    return Caller(standin.url, jwt.encode(good | claims, signing_key(app.private_key), algorithm="RS256"))


@cache
def signing_key(pem: str) -> Any:
    """Read a private key, which is checked at length each time."""
    return load_pem_private_key(pem.encode(), None)


def as_installation(standin: StandIn, repository: Repository, **wanted: Any) -> Caller:
    """Call with an installation's token, asked for with *wanted*."""
    app = as_app(standin)
    number = app.get(f"/repos/{repository.name}/installation").json()["id"]
    token = app.post(f"/app/installations/{number}/access_tokens", **wanted).json()["token"]
    return Caller(standin.url, token, f"/repos/{repository.name}")


@pytest.fixture(scope="session")
def everybodys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with running(tmp_path_factory.mktemp("standin")) as standin:
        yield standin
        standin.close()


@pytest.fixture
def standin(everybodys: StandIn) -> Iterator[StandIn]:
    """A stand-in shared by tests that keep to their own repository; its answers must be as GitHub's document says."""
    before = len(everybodys.violations())
    yield everybodys
    assert [each for each in everybodys.violations()[before:] if each["kind"] == "answer"] == []


@pytest.fixture
def own(tmp_path: Path) -> Iterator[StandIn]:
    """A stand-in for one test alone, which may move its clock and break it."""
    with running(tmp_path / "standin") as standin:
        yield standin
        standin.close()


def new_repository(standin: StandIn) -> Repository:
    """Make a repository with one old migration, under an owner of its own."""
    repository = standin.create_repository(
        f"acme{next(NUMBERS)}/shop", {"mix.exs": "# mix\n", OLD: OLD_TEXT}, by="maria"
    )
    repository.allow("sam", "write")
    repository.allow("rita", "read")
    return repository


def new_pull(repository: Repository) -> PullRequest:
    """Open a pull request that adds a migration and changes lines 10 and 30 of another."""
    lines = OLD_TEXT.replace("line 10\n", "line ten\n").replace("line 30\n", "line thirty\n")
    repository.push("index-users", {NEW: NEW_TEXT, OLD: lines}, by="sam")
    return repository.open_pull_request("index-users", by="sam", title="Index users")


@pytest.fixture
def repository(standin: StandIn) -> Repository:
    return new_repository(standin)


@pytest.fixture
def pull(repository: Repository) -> PullRequest:
    return new_pull(repository)


@pytest.fixture
def bot(standin: StandIn, repository: Repository) -> Caller:
    return as_installation(standin, repository)
