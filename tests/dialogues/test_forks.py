"""Somebody proposes from a fork, where the App has no rights of its own."""

from collections.abc import Iterator
from typing import Final

import pytest

from deploy.standin.control import PullRequest, Repository, StandIn
from tests.dialogues.scene import MIGRATIONS, answer_to, check_of, eventually, migration

NAME: Final = f"{MIGRATIONS}/20260201000000_index_users.exs"
INDEX: Final = migration("create index(:users, [:email])")


def proposed(shop: Repository, *, maintainers_may_edit: bool = False) -> tuple[PullRequest, Repository]:
    """Let fay propose an index from a fork of hers."""
    theirs = shop.fork(by="fay")
    theirs.push("feature", {NAME: INDEX}, by="fay")
    pull = shop.open_pull_request(
        "feature", by="fay", head_repository=theirs.name, maintainer_can_modify=maintainers_may_edit
    )
    return pull, theirs


@pytest.fixture
def open_forks(github: StandIn) -> Iterator[None]:
    github.let_apps_into_forks()
    yield
    github.let_apps_into_forks(allowed=False)


@pytest.mark.usefixtures("open_forks")
def test_a_fork_whose_owner_lets_maintainers_edit_gets_the_commit(shop: Repository) -> None:
    pull, theirs = proposed(shop, maintainers_may_edit=True)
    assert check_of(pull).conclusion == "failure"

    comment = pull.comment("/ecto-fix", by="maria")

    assert answer_to(pull, comment).body.startswith("Committed in ")
    assert "concurrently: true" in (theirs.read(NAME, ref="feature") or "")
    assert check_of(pull).conclusion == "success"


@pytest.mark.parametrize("ticked", [True, False], ids=["GitHub lets no App in", "its owner lets nobody in"])
def test_any_other_fork_gets_a_patch(shop: Repository, ticked: bool) -> None:  # noqa: FBT001  # pytest's
    pull, theirs = proposed(shop, maintainers_may_edit=ticked)
    assert check_of(pull).conclusion == "failure"

    comment = pull.comment("/ecto-fix", by="maria")

    answer = answer_to(pull, comment).body
    assert "As a patch, for `git apply`" in answer
    assert "+    create index(:users, [:email], concurrently: true)" in answer
    assert theirs.read(NAME, ref="feature") == INDEX


def test_all_checks_of_a_fork_can_be_run_again(shop: Repository) -> None:
    pull, _ = proposed(shop)
    check = check_of(pull)
    assert check.conclusion == "failure"
    shop.push("main", {".github/ecto-fix.yml": "gate: []\n"}, by="maria")

    pull.rerun_all(check, by="maria")  # of which GitHub does not say what pull request it is for

    eventually("the check is neutral", lambda: check_of(pull).conclusion == "neutral")
