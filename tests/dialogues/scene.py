"""What people and the bot do in a dialogue."""

import time
from collections.abc import Callable
from itertools import count
from typing import Final, TypeVar

from deploy.standin.control import PullRequest, Repository, StandIn
from deploy.standin.pictured import CheckRun, Comment

Seen = TypeVar("Seen")
NUMBERS: Final = count(1)
PATIENCE: Final = 120.0  # seconds; a worker that was killed is missed after its lease

MIGRATIONS: Final = "priv/repo/migrations"
USERS: Final = """\
defmodule Shop.Repo.Migrations.CreateUsers do
  use Ecto.Migration

  def change do
    create table(:users) do
      add :email, :string, size: 200, null: false
      add :nickname, :string, size: 40

      timestamps()
    end
  end
end
"""


def migration(body: str, *, name: str = "Change") -> str:
    """Return a migration whose `change` does *body*, one expression a line."""
    lines = "\n".join(f"    {line}".rstrip() for line in body.strip("\n").splitlines())
    return f"defmodule Shop.Repo.Migrations.{name} do\n  use Ecto.Migration\n\n  def change do\n{lines}\n  end\nend\n"


def eventually(what: str, look: Callable[[], Seen | None], patience: float = PATIENCE) -> Seen:
    """Look until there is something to see, for so many seconds at most."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        seen = look()
        if seen:
            return seen
        time.sleep(0.05)
    raise AssertionError(f"never: {what}")


def check_of(pull_request: PullRequest) -> CheckRun:
    """Wait until our check on the head is concluded, and return it."""

    def concluded() -> CheckRun | None:
        return next((run for run in pull_request.checks("ecto-fix") if run.status == "completed"), None)

    return eventually("the check is concluded", concluded)


def answer_to(pull_request: PullRequest, comment: int) -> Comment:
    """Wait until the bot has said something after a comment, and return it."""

    def answer() -> Comment | None:
        after = [each for each in pull_request.look().comments if each.id > comment]
        return next((each for each in after if each.author == "ecto-fix[bot]"), None)

    return eventually("an answer", answer)


def new_shop(github: StandIn) -> Repository:
    """Make a repository with one migration, in which joe may write and maria decides."""
    files = {"mix.exs": "defmodule Shop.MixProject do\nend\n", f"{MIGRATIONS}/20260101000000_create_users.exs": USERS}
    repository = github.create_repository(f"maria/shop-{next(NUMBERS)}", files, by="maria")
    repository.allow("joe", "write")
    return repository


def opens(shop: Repository, files: dict[str, str], *, draft: bool = False) -> PullRequest:
    """Let joe open a pull request with *files* in the folder of migrations."""
    shop.push("feature", {f"{MIGRATIONS}/{name}": text for name, text in files.items()}, by="joe")
    return shop.open_pull_request("feature", by="joe", draft=draft)
