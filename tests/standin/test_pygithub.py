"""The client that the App is built with works against the stand-in, and finds there what it finds at GitHub."""

from collections.abc import Iterator

import pytest
from github import Auth, Github, GithubException, GithubIntegration
from github.PullRequest import PullRequest as GithubPull
from github.Repository import Repository as GithubRepository

from deploy.standin.control import PullRequest, Repository, StandIn
from tests.standin.conftest import NEW, OLD


@pytest.fixture(params=["", "/api/v3"], ids=["github.com", "enterprise"])
def github(request: pytest.FixtureRequest, standin: StandIn, repository: Repository) -> Iterator[Github]:
    app = standin.app()
    base_url = standin.url + request.param
    integration = GithubIntegration(
        auth=Auth.AppAuth(app.id, app.private_key), base_url=base_url, seconds_between_writes=None
    )
    installation = integration.get_repo_installation(*repository.name.split("/"))
    client = integration.get_github_for_installation(installation.id)
    yield client
    client.close()
    integration.close()


@pytest.fixture
def shop(github: Github, repository: Repository) -> GithubRepository:
    return github.get_repo(repository.name)


@pytest.fixture
def proposed(shop: GithubRepository, pull: PullRequest) -> GithubPull:
    return shop.get_pull(pull.number)


def test_a_change_is_read_by_tree_and_blob(shop: GithubRepository, proposed: GithubPull) -> None:
    tree = shop.get_git_tree(proposed.head.sha, recursive=True)
    blob = shop.get_git_blob(next(each.sha for each in tree.tree if each.path == NEW))

    assert {each.filename: each.status for each in proposed.get_files()} == {NEW: "added", OLD: "modified"}
    assert (proposed.mergeable, proposed.changed_files, blob.encoding) == (True, 2, "base64")
    assert [each.sha for each in proposed.get_commits()] == [proposed.head.sha]


def test_a_review_is_written_and_read_back(shop: GithubRepository, proposed: GithubPull, pull: PullRequest) -> None:
    commit = shop.get_commit(proposed.head.sha)

    review = proposed.create_review(
        commit, "Two findings.", "COMMENT", [{"path": NEW, "line": 5, "side": "RIGHT", "body": "Here."}]
    )
    comment = proposed.get_review_comments()[0]
    proposed.create_review_comment_reply(comment.id, "Done.")
    comment.create_reaction("rocket")

    assert review.state == "COMMENTED"
    assert [each.body for each in pull.threads()[0].comments] == ["Here.", "Done."]
    assert pull.threads()[0].comments[0].reactions == ("rocket",)


def test_a_review_outside_of_the_diff_is_an_exception_with_githubs_words(
    shop: GithubRepository, proposed: GithubPull
) -> None:
    commit = shop.get_commit(proposed.head.sha)
    comment = {"path": OLD, "line": 20, "side": "RIGHT", "body": "Nowhere."}

    with pytest.raises(GithubException) as refusal:
        proposed.create_review(commit, "x", "COMMENT", [comment])  # type: ignore[list-item]  # a TypedDict in disguise

    assert (refusal.value.status, refusal.value.data["message"]) == (422, "Unprocessable Entity")


def test_a_check_is_made_and_concluded(shop: GithubRepository, proposed: GithubPull, pull: PullRequest) -> None:
    run = shop.create_check_run("ecto-fix", proposed.head.sha, status="queued", external_id="7")
    run.edit(status="in_progress")
    run.edit(status="completed", conclusion="success", output={"title": "Clean", "summary": "Nothing to say."})

    found = shop.get_commit(proposed.head.sha).get_check_runs(check_name="ecto-fix")
    assert [(each.conclusion, each.output.title) for each in found] == [("success", "Clean")]
    assert [each.external_id for each in pull.checks()] == ["7"]


def test_the_conversation_is_written_changed_and_minimised(proposed: GithubPull, pull: PullRequest) -> None:
    comment = proposed.create_issue_comment("Summary")
    comment.edit("Better summary")
    comment.create_reaction("eyes")
    comment.minimize("OUTDATED")

    seen = pull.look().comments[0]
    assert (seen.body, seen.reactions, seen.minimized) == ("Better summary", ("eyes",), "OUTDATED")


def test_a_permission_is_asked_for(shop: GithubRepository) -> None:
    assert [shop.get_collaborator_permission(each) for each in ("maria", "sam", "rita")] == ["admin", "write", "read"]


def test_a_commit_is_made_by_graphql(github: Github, proposed: GithubPull, repository: Repository) -> None:
    wanted = {
        "branch": {"repositoryNameWithOwner": repository.name, "branchName": "index-users"},
        "expectedHeadOid": proposed.head.sha,
        "message": {"headline": "Rewrite"},
        "fileChanges": {"additions": [{"path": NEW, "contents": "YmV0dGVyCg=="}]},
    }

    github.requester.graphql_named_mutation("createCommitOnBranch", wanted, "commit { oid }")
    with pytest.raises(GithubException) as stale:
        github.requester.graphql_named_mutation("createCommitOnBranch", wanted, "commit { oid }")

    assert repository.read(NEW, ref="index-users") == "better\n"
    assert stale.value.data["errors"][0]["type"] == "STALE_DATA"


def test_a_commit_is_made_by_git_data(shop: GithubRepository, proposed: GithubPull, pull: PullRequest) -> None:
    head = shop.get_git_commit(proposed.head.sha)
    commit = shop.create_git_commit("Same again", head.tree, [head])
    shop.get_git_ref("heads/index-users").edit(commit.sha)

    assert pull.look().head_sha == commit.sha
    assert shop.compare("main", "index-users").ahead_by == 2


def test_nothing_that_the_client_sends_is_unknown_to_github(standin: StandIn, proposed: GithubPull) -> None:
    before = len(standin.violations())

    list(proposed.get_reviews())
    list(proposed.get_issue_comments())
    list(proposed.base.repo.get_pulls(state="open", sort="updated", base="main"))
    list(proposed.base.repo.get_contents("priv/repo/migrations", ref="index-users"))  # type: ignore[arg-type]  # a folder

    assert standin.violations()[before:] == []
