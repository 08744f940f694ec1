"""A stand-in for GitHub, an App on it, and a repository with a pull request: what tests of the client stand on."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from deploy.standin.control import PullRequest, Repository, StandIn
from deploy.standin.server import running
from workers.github.auth import App
from workers.github.client import Client
from workers.github.wire import path
from workers.jobs import PullRequestKey, RunCommand

FOLDER = "priv/repo/migrations"
OLD = f"{FOLDER}/20230101000000_create_users.exs"
NEW = f"{FOLDER}/20240101120000_add_email.exs"
CREATE_USERS = """\
defmodule Shop.Repo.Migrations.CreateUsers do
  use Ecto.Migration

  def change do
    create table(:users) do
      add :email, :string
      add :name, :string
    end
  end
end
"""
ADD_INDEX = """\
defmodule Shop.Repo.Migrations.AddEmail do
  use Ecto.Migration

  def change do
    create index(:users, [:email])
  end
end
"""


@dataclass(frozen=True, slots=True)
class Hub:
    """One test's GitHub."""

    standin: StandIn
    app: App
    repository: Repository

    def opens(
        self, files: dict[str, str | bytes | None], branch: str = "add-email", *, draft: bool = False
    ) -> PullRequest:
        """Let Maria push *files* and open a pull request."""
        self.repository.push(branch, files, by="maria")
        return self.repository.open_pull_request(branch, by="maria", draft=draft)

    def key(self, pull: PullRequest) -> PullRequestKey:
        installation = self.app.wire.get(path("repos", *self.repository.name.split("/"), "installation"))
        return PullRequestKey(installation["id"], self.repository.name, pull.number)

    def command(self, pull: PullRequest, comment: int = 1) -> RunCommand:
        """Return what was said in *comment*, or might have been."""
        return RunCommand(self.key(pull), comment, "maria", "/ecto-fix", "2026-11-21T09:00:00Z")

    def client(self, pull: PullRequest) -> Client:
        return Client(self.app, self.key(pull))


@pytest.fixture(scope="session")
def standin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with running(tmp_path_factory.mktemp("standin")) as running_standin:
        yield running_standin
        running_standin.close()


@pytest.fixture
def hub(standin: StandIn) -> Iterator[Hub]:
    """A repository of its own for every test; whatever GitHub's document does not allow fails the test."""
    known = standin.app()
    files = {OLD: CREATE_USERS, "mix.exs": "defmodule Shop.MixProject do\nend\n"}
    repository = standin.create_repository(f"acme/shop-{uuid4().hex[:8]}", files)

    yield Hub(standin, App(standin.url, known.id, known.private_key), repository)

    standin.heal()
    assert standin.violations() == []
