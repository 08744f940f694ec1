"""Pull requests: opened from branches that differ, changed, closed, merged once."""

from typing import Any

import pytest

from deploy.standin.control import PullRequest, RefusedError, Repository, StandIn
from tests.standin.conftest import NEW, Caller


@pytest.fixture
def branch(repository: Repository) -> str:
    repository.push("topic", {NEW: "x\n"}, by="sam")
    return "topic"


def test_a_pull_request_is_opened_over_the_api(bot: Caller, branch: str) -> None:
    made = bot.post("/pulls", title="Fix", head=branch, base="main", body="Because.", draft=True)

    assert made.status_code == 201
    assert (made.json()["number"], made.json()["draft"], made.json()["mergeable_state"]) == (1, True, "draft")
    assert made.json()["user"]["login"] == "ecto-fix[bot]"


@pytest.mark.parametrize(
    ("wanted", "field", "words"),
    [
        ({"head": "nowhere"}, "head", None),
        ({"base": "nowhere"}, "base", None),
        ({"head": "stranger:topic"}, "head", None),
        ({"head": "main"}, "base", "No commits between main and main"),
    ],
)
def test_branches_must_be_there_and_differ(
    bot: Caller, branch: str, wanted: dict[str, Any], field: str, words: str | None
) -> None:
    answer = bot.post("/pulls", **{"title": "Fix", "head": branch, "base": "main"} | wanted)

    error = answer.json()["errors"][0]
    assert (answer.status_code, error["field"], error.get("message")) == (422, field, words)


def test_one_pull_request_for_one_pair_of_branches(bot: Caller, branch: str) -> None:
    bot.post("/pulls", title="Fix", head=branch, base="main")

    again = bot.post("/pulls", title="Fix", head=branch, base="main")

    assert "A pull request already exists for" in again.json()["errors"][0]["message"]


def test_a_pull_request_from_a_fork_names_both_repositories(
    standin: StandIn, repository: Repository, bot: Caller
) -> None:
    fork = repository.fork(by="eve")
    fork.push("topic", {NEW: "x\n"}, by="eve")

    pull = bot.post("/pulls", title="Fix", head="eve:topic", base="main", maintainer_can_modify=True).json()

    assert (pull["head"]["repo"]["full_name"], pull["base"]["repo"]["full_name"]) == (fork.name, repository.name)
    assert (pull["head"]["repo"]["fork"], pull["maintainer_can_modify"]) == (True, True)
    assert [each["filename"] for each in bot.get("/pulls/1/files").json()] == [NEW]
    assert bot.get(f"/contents/{NEW}", ref=pull["head"]["sha"]).status_code == 200
    assert standin.user("eve").login == pull["head"]["user"]["login"]


def test_title_base_and_state_can_be_changed(bot: Caller, pull: PullRequest, repository: Repository) -> None:
    repository.push("release", {"mix.exs": "# release\n"}, by="maria")

    changed = bot.patch(f"/pulls/{pull.number}", title="Better", base="release").json()
    closed = bot.patch(f"/pulls/{pull.number}", state="closed").json()

    assert (changed["title"], changed["base"]["ref"]) == ("Better", "release")
    assert (closed["state"], closed["mergeable"]) == ("closed", None)
    assert bot.patch(f"/pulls/{pull.number}", base="nowhere").status_code == 422


def test_a_merge_happens_once_and_of_the_head_that_was_seen(bot: Caller, pull: PullRequest) -> None:
    head = pull.look().head_sha

    moved = bot.ask("PUT", f"/pulls/{pull.number}/merge", json={"sha": "1" * 40})
    merged = bot.ask("PUT", f"/pulls/{pull.number}/merge", json={"sha": head})
    again = bot.ask("PUT", f"/pulls/{pull.number}/merge", json={})

    assert [moved.status_code, merged.status_code, again.status_code] == [409, 200, 405]
    assert bot.get(f"/pulls/{pull.number}").json()["merge_commit_sha"] == merged.json()["sha"]
    with pytest.raises(RefusedError, match="was merged"):
        pull.reopen(by="sam")


def test_drafts_and_conflicts_are_not_merged(pull: PullRequest, repository: Repository) -> None:
    pull.mark_draft(by="sam")
    with pytest.raises(RefusedError, match="still a draft"):
        pull.merge(by="maria")

    pull.mark_ready(by="sam")
    repository.push("main", {NEW: "something else\n"}, by="maria")
    with pytest.raises(RefusedError, match="not mergeable"):
        pull.merge(by="maria")


def test_it_is_also_an_issue(bot: Caller, pull: PullRequest) -> None:
    issue = bot.get(f"/issues/{pull.number}").json()

    assert (issue["title"], issue["pull_request"]["url"]) == ("Index users", f"{bot.url}{bot.home}/pulls/{pull.number}")


def test_what_is_not_there_is_not_found(bot: Caller, pull: PullRequest) -> None:
    assert pull.number == 1
    for path in ("/pulls/99", "/pulls/x", "/pulls/comments/1", "/check-runs/x", "/git/blobs/x", "/git/commits/x"):
        assert bot.get(path).status_code == 404
    assert bot.get("/collaborators/nobody-ever/permission").status_code == 404


def test_the_control_plane_says_what_it_does_not_understand(repository: Repository, standin: StandIn) -> None:
    for act, wanted in (
        ("merge", {"repository": repository.name, "number": 99, "by": "maria"}),
        ("force_push", {"repository": repository.name, "branch": "main", "to": "nowhere", "by": "maria"}),
        ("set_role", {"repository": repository.name, "login": "sam", "role": "king"}),
        ("create_repository", {"name": repository.name, "files": {}, "by": "maria"}),
        ("dance", {}),
    ):
        with pytest.raises(RefusedError):
            standin.ask(act, **wanted)
