"""One request in five fails, in every way that GitHub has: what people see in the end is as if none had."""

import time
from dataclasses import dataclass
from typing import Final

import pytest

from deploy.services.ecto_fix import EctoFix
from deploy.standin.control import PullRequest, StandIn
from tests.dialogues.scene import MIGRATIONS, migration, new_shop

SHARE: Final = 0.2
PATIENCE: Final = 60.0  # seconds for each pull request
SHOP: Final = 20  # pull requests of one repository


# What somebody proposes: bodies of `change`, one for each file.
KINDS: Final = (
    ("create index(:users, [:email])",),
    ("create table(:teams) do\n  add :name, :string, null: false\nend",),
    ("alter table(:users) do\n  remove :nickname\nend", "create index(:users, [:email])"),
    (),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What people see of a pull request when all is done."""

    conclusions: tuple[str | None, ...]
    threads: int
    reviews: int
    comments: int

    @classmethod
    def of(cls, pull: PullRequest) -> "Seen":
        picture = pull.look()
        conclusions = tuple(check.conclusion for check in picture.checks)
        return cls(conclusions, len(picture.threads), len(picture.reviews), len(picture.comments))


def opened(github: StandIn, count: int) -> list[PullRequest]:
    """Open as many pull requests in a repository of their own, of all kinds in turn."""
    shop, pulls = new_shop(github), []
    for number in range(count):
        files = {
            f"{MIGRATIONS}/202602010000{number:02}_change{at}.exs": migration(body, name=f"Change{at}")
            for at, body in enumerate(KINDS[number % len(KINDS)])
        }
        shop.push(f"feature-{number}", files or {"README.md": f"{number}\n"}, by="joe")
        pulls.append(shop.open_pull_request(f"feature-{number}", by="joe"))
    return pulls


def is_concluded(pull: PullRequest) -> bool:
    checks = pull.checks()
    return bool(checks) and all(check.status == "completed" for check in checks)


def concluded(pulls: list[PullRequest]) -> None:
    """Wait until nobody waits for a check any more."""
    deadline = time.monotonic() + PATIENCE * len(pulls)
    waiting = list(pulls)
    while waiting and time.monotonic() < deadline:
        waiting = [pull for pull in waiting if not is_concluded(pull)]
        time.sleep(0.5)


@pytest.mark.parametrize("count", [6, pytest.param(200, marks=pytest.mark.prove)])
@pytest.mark.timeout(3600)
def test_every_review_is_right_and_there_once(github: StandIn, bot: EctoFix, count: int) -> None:
    calm = opened(github, len(KINDS))
    concluded(calm)
    said = [Seen.of(pull) for pull in calm]
    assert [one.conclusions for one in said] == [("failure",), ("success",), ("failure",), ("success",)]
    assert [one.reviews for one in said] == [1, 0, 1, 0]

    github.storm(SHARE)
    pulls = [pull for start in range(0, count, SHOP) for pull in opened(github, min(SHOP, count - start))]
    concluded(pulls)
    struck = github.heal()

    wrong = [
        (pull.url, Seen.of(pull)) for number, pull in enumerate(pulls) if Seen.of(pull) != said[number % len(said)]
    ]
    assert wrong == []
    assert struck >= count  # a storm it was
    assert "given up" not in bot.logs()
