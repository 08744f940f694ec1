"""Many things at once: the last word is answered, once, and no faster than GitHub lets an App write."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Final

import pytest

from deploy.services.ecto_fix import EctoFix
from deploy.standin.control import PullRequest, StandIn
from tests.dialogues.scene import MIGRATIONS, check_of, eventually, migration, new_shop, opens

PUSHES: Final = 20
EVERY: Final = 0.5  # seconds: twenty pushes in ten
A_WHILE: Final = 8  # seconds, in which eight comments may be written in one repository
PATH: Final = "20260201000000_change.exs"


def index(number: int) -> str:
    """Return a migration that differs from push to push, and so does what is wrong with it."""
    return migration(f"create index(:users, [:email], name: :users_email_{number})")


def test_twenty_pushes_in_ten_seconds_end_with_one_review_of_the_last_head(github: StandIn, bot: EctoFix) -> None:
    pull = opens(new_shop(github), {PATH: index(0)})
    for number in range(1, PUSHES + 1):
        pull.push({f"{MIGRATIONS}/{PATH}": index(number)}, by="joe")
        time.sleep(EVERY)

    assert check_of(pull).conclusion == "failure"
    github.settle()
    picture = pull.look()
    reviewed = Counter(review.commit for review in picture.reviews)
    assert reviewed[picture.head_sha] == 1
    assert set(reviewed.values()) == {1}
    (open_thread,) = [thread for thread in picture.threads if not thread.resolved and not thread.outdated]
    assert f"users_email_{PUSHES}" in open_thread.comments[0].body
    assert len(picture.comments) == 1
    assert bot.logs().count('"reviewed"') < PUSHES


def written(github: StandIn) -> int:
    """Count the comments that were posted so far."""
    return sum(
        request["method"] == "POST" and request["path"].endswith("/comments") and request["status"] == 201
        for request in github.requests()
    )


def answered(pulls: list[PullRequest], comments: int) -> Callable[[], bool]:
    def are_answered() -> bool:
        return all(len(pull.look().comments) >= 2 * comments / len(pulls) for pull in pulls)

    return are_answered


@pytest.mark.parametrize("comments", [12, pytest.param(30, marks=pytest.mark.prove)])
def test_a_storm_of_comments_is_answered_no_faster_than_github_allows(
    github: StandIn, bot: EctoFix, comments: int
) -> None:
    github.limit_speed()
    shop = new_shop(github)
    clean = {"README.md": "Nothing to do with migrations.\n"}
    pulls = []
    for number in range(3):
        shop.push(f"feature-{number}", clean, by="joe")
        pulls.append(shop.open_pull_request(f"feature-{number}", by="joe"))
    for pull in pulls:
        assert check_of(pull).conclusion == "success"

    counts = []
    for number in range(comments):
        pulls[number % 3].comment("/ecto-fix help", by="joe")
        counts.append((time.monotonic(), written(github)))
    done = answered(pulls, comments)

    def finished() -> bool:
        counts.append((time.monotonic(), written(github)))
        return done()

    eventually("every comment is answered", finished, patience=180.0)
    assert written(github) == comments
    assert {request["status"] for request in github.requests()} <= {200, 201, 304}  # it was never told to slow down
    fastest = max(later - earlier for at, earlier in counts for then, later in counts if 0 <= then - at <= A_WHILE - 1)
    assert fastest <= A_WHILE
    assert "so much in a while" in bot.logs()
