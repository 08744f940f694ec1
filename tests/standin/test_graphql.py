"""GraphQL: threads, commits on branches, hidden comments; errors come with status 200 and a type."""

from base64 import b64encode
from typing import Any

import pytest

from deploy.standin.control import PullRequest, Repository, StandIn
from tests.standin.conftest import NEW, NEW_TEXT, OLD, Caller, as_installation

THREADS = """query($owner: String!, $name: String!, $number: Int!, $first: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    reviewThreads(first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes { id path line isResolved isOutdated viewerCanResolve resolvedBy { login }
              comments(first: 1) { nodes { databaseId author { login __typename } } } } } } } }"""
COMMIT = """mutation($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid url } ref { name } } }"""
RESOLVE = "mutation($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }"
MINIMIZE = """mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: OUTDATED}) {
  minimizedComment { isMinimized minimizedReason } } }"""


def threads(bot: Caller, pull: PullRequest, first: int = 10, after: str | None = None) -> dict[str, Any]:
    owner, name = pull.repository.name.split("/")
    answer = bot.graphql(THREADS, owner=owner, name=name, number=pull.number, first=first, after=after)
    found: dict[str, Any] = answer["data"]["repository"]["pullRequest"]["reviewThreads"]
    return found


def comment_on(bot: Caller, pull: PullRequest, *lines: int) -> None:
    comments = [{"path": NEW, "line": line, "side": "RIGHT", "body": f"Line {line}."} for line in lines]
    bot.post(f"/pulls/{pull.number}/reviews", event="COMMENT", comments=comments)


def commit(bot: Caller, pull: PullRequest, **more: Any) -> dict[str, Any]:
    addition = {"path": NEW, "contents": b64encode(b"better\n").decode()}
    wanted = {
        "branch": {"repositoryNameWithOwner": pull.repository.name, "branchName": pull.look().head_ref},
        "expectedHeadOid": pull.look().head_sha,
        "message": {"headline": "Rewrite", "body": "Co-authored-by: maria <maria@example.com>"},
        "fileChanges": {"additions": [addition], "deletions": [{"path": OLD}]},
    }
    return bot.graphql(COMMIT, input=wanted | more)


def kinds(answer: dict[str, Any]) -> list[str]:
    return [error["type"] for error in answer["errors"]]


def test_threads_are_found_by_the_number_of_their_first_comment(bot: Caller, pull: PullRequest) -> None:
    comment_on(bot, pull, 5, 6)

    numbers = [each["id"] for each in bot.get(f"/pulls/{pull.number}/comments").json()]
    nodes = threads(bot, pull)["nodes"]

    assert [node["comments"]["nodes"][0]["databaseId"] for node in nodes] == numbers
    assert [(node["line"], node["isResolved"], node["isOutdated"]) for node in nodes] == [
        (5, False, False),
        (6, False, False),
    ]
    assert nodes[0]["comments"]["nodes"][0]["author"] == {"login": "ecto-fix", "__typename": "Bot"}


def test_threads_come_in_pages(bot: Caller, pull: PullRequest) -> None:
    comment_on(bot, pull, 3, 4, 5)

    first = threads(bot, pull, 2)
    second = threads(bot, pull, 2, first["pageInfo"]["endCursor"])

    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    assert [node["line"] for node in (*first["nodes"], *second["nodes"])] == [3, 4, 5]
    assert second["pageInfo"]["hasNextPage"] is False


def test_a_commit_on_a_branch_moves_it_and_is_signed(bot: Caller, pull: PullRequest, repository: Repository) -> None:
    made = commit(bot, pull)["data"]["createCommitOnBranch"]

    head = pull.look().head_sha
    read = bot.get(f"/git/commits/{head}").json()
    assert (made["commit"]["oid"], made["ref"]["name"]) == (head, "index-users")
    assert repository.read(NEW, ref="index-users") == "better\n"
    assert repository.read(OLD, ref="index-users") is None
    assert read["verification"]["verified"] is True
    assert read["author"]["name"] == "ecto-fix[bot]"
    assert read["message"] == "Rewrite\n\nCo-authored-by: maria <maria@example.com>"


def test_a_branch_that_moved_is_left_alone(bot: Caller, pull: PullRequest, repository: Repository) -> None:
    old = pull.look().head_sha
    pull.push({NEW: NEW_TEXT + "# more\n"}, by="sam")

    answer = commit(bot, pull, expectedHeadOid=old)

    assert answer["data"] == {"createCommitOnBranch": None}
    assert kinds(answer) == ["STALE_DATA"]
    assert answer["errors"][0]["message"] == (
        f'Expected branch to point to "{old}" but it did not.  Pull and try again.'
    )
    assert repository.log("index-users")[0]["author"] == "sam"


@pytest.mark.parametrize("path", ["/etc/passwd", "../outside", "a/../b", ".git/config", ""])
def test_a_path_stays_inside_of_the_repository(bot: Caller, pull: PullRequest, path: str) -> None:
    changes = {"additions": [{"path": path, "contents": b64encode(b"x").decode()}]}

    assert kinds(commit(bot, pull, fileChanges=changes)) == ["UNPROCESSABLE"]


def test_what_is_not_base64_or_not_there_is_refused(bot: Caller, pull: PullRequest) -> None:
    assert kinds(commit(bot, pull, fileChanges={"additions": [{"path": "a", "contents": "%"}]})) == ["UNPROCESSABLE"]
    assert kinds(commit(bot, pull, fileChanges={"deletions": [{"path": "nowhere"}]})) == ["UNPROCESSABLE"]


def test_a_branch_is_not_made_by_a_commit(bot: Caller, pull: PullRequest) -> None:
    branch = {"repositoryNameWithOwner": pull.repository.name, "branchName": "nowhere"}

    assert kinds(commit(bot, pull, branch=branch)) == ["NOT_FOUND"]


def test_workflows_need_a_permission_of_their_own(bot: Caller, pull: PullRequest) -> None:
    changes = {"additions": [{"path": ".github/workflows/ci.yml", "contents": b64encode(b"x").decode()}]}

    assert kinds(commit(bot, pull, fileChanges=changes)) == ["FORBIDDEN"]


def test_a_commit_needs_to_write_contents(standin: StandIn, repository: Repository, pull: PullRequest) -> None:
    reader = as_installation(standin, repository, permissions={"contents": "read", "pull_requests": "write"})

    assert kinds(commit(reader, pull)) == ["FORBIDDEN"]


def test_resolving_needs_to_write_contents_too(standin: StandIn, repository: Repository, pull: PullRequest) -> None:
    reviewer = as_installation(standin, repository, permissions={"pull_requests": "write", "contents": "read"})
    fixer = as_installation(standin, repository, permissions={"pull_requests": "write", "contents": "write"})
    comment_on(reviewer, pull, 5)

    node = threads(reviewer, pull)["nodes"][0]
    refused = reviewer.graphql(RESOLVE, id=node["id"])
    done = fixer.graphql(RESOLVE, id=node["id"])

    assert node["viewerCanResolve"] is False
    assert (refused["data"], kinds(refused)) == ({"resolveReviewThread": None}, ["FORBIDDEN"])
    assert done["data"]["resolveReviewThread"]["thread"]["isResolved"] is True
    assert pull.threads()[0].resolved_by == "ecto-fix[bot]"


def test_comments_of_both_kinds_can_be_minimised(bot: Caller, pull: PullRequest) -> None:
    comment_on(bot, pull, 5)
    bot.post(f"/issues/{pull.number}/comments", body="Summary")
    names = [
        bot.get(path).json()[0]["node_id"]
        for path in (f"/pulls/{pull.number}/comments", f"/issues/{pull.number}/comments")
    ]

    answers = [bot.graphql(MINIMIZE, id=name)["data"]["minimizeComment"]["minimizedComment"] for name in names]

    assert answers == [{"isMinimized": True, "minimizedReason": "outdated"}] * 2
    assert (pull.look().comments[0].minimized, pull.threads()[0].comments[0].minimized) == ("OUTDATED", "OUTDATED")


def test_what_the_schema_does_not_have_is_refused_and_remembered(own: StandIn) -> None:
    bot = Caller(own.url, own.user("maria").token)

    answers = [
        bot.graphql("{ viewer { shoeSize } }"),
        bot.graphql("{ viewer {"),
        bot.graphql(COMMIT, input={"branch": {}}),
    ]

    assert all("errors" in each and not each.get("data") for each in answers)
    assert {each["path"] for each in own.violations()} == {"/graphql"}
    assert len(own.violations()) >= 3


def test_lists_must_be_bounded(bot: Caller, pull: PullRequest) -> None:
    owner, name = pull.repository.name.split("/")

    answer = bot.graphql(THREADS, owner=owner, name=name, number=pull.number, first=101)

    assert kinds(answer) == ["EXCESSIVE_PAGINATION"]


def test_files_can_be_read_by_expression(bot: Caller, repository: Repository) -> None:
    owner, name = repository.name.split("/")
    query = '{ repository(owner: "%s", name: "%s") { object(expression: "main:mix.exs") { ... on Blob { text } } } }'

    answer = bot.graphql(query % (owner, name))

    assert answer["data"]["repository"]["object"] == {"text": "# mix\n"}


def test_other_peoples_repositories_are_not_found(standin: StandIn, repository: Repository) -> None:
    eve = Caller(standin.url, standin.user("eve").token)
    owner, name = repository.name.split("/")

    answer = eve.graphql(f'{{ repository(owner: "{owner}", name: "{name}") {{ id }} }}')

    assert kinds(answer) == ["NOT_FOUND"]


def test_what_was_done_can_be_taken_back(bot: Caller, pull: PullRequest) -> None:
    comment_on(bot, pull, 5)
    comment = bot.get(f"/pulls/{pull.number}/comments").json()[0]["node_id"]
    thread = threads(bot, pull)["nodes"][0]["id"]
    bot.graphql(RESOLVE, id=thread)
    bot.graphql(MINIMIZE, id=comment)

    bot.graphql("mutation($id: ID!) { unresolveReviewThread(input: {threadId: $id}) { thread { id } } }", id=thread)
    undo = "mutation($id: ID!) { unminimizeComment(input: {subjectId: $id}) { unminimizedComment { isMinimized } } }"
    shown = bot.graphql(undo, id=comment)["data"]["unminimizeComment"]["unminimizedComment"]

    assert shown == {"isMinimized": False}
    assert not pull.threads()[0].resolved


def test_anything_is_found_by_its_node_id(bot: Caller, pull: PullRequest) -> None:
    node = bot.get(f"/pulls/{pull.number}").json()["node_id"]
    query = """query($id: ID!) { node(id: $id) { __typename ... on PullRequest {
      number state headRefOid comments(last: 1) { nodes { body } } } } rateLimit { remaining resetAt } }"""
    pull.comment("First", by="sam")
    pull.comment("Last", by="sam")

    answer = bot.graphql(query, id=node)["data"]

    assert answer["node"] == {
        "__typename": "PullRequest",
        "number": 1,
        "state": "OPEN",
        "headRefOid": pull.look().head_sha,
        "comments": {"nodes": [{"body": "Last"}]},
    }
    assert answer["rateLimit"]["remaining"] > 0
    assert kinds(bot.graphql(query, id="PR_nowhere")) == ["NOT_FOUND"]


def test_a_branch_can_be_named_by_its_node_id(bot: Caller, pull: PullRequest, repository: Repository) -> None:
    owner, name = repository.name.split("/")
    query = f'{{ repository(owner: "{owner}", name: "{name}") {{ defaultBranchRef {{ id target {{ oid }} }} }} }}'
    ref = bot.graphql(query)["data"]["repository"]["defaultBranchRef"]

    answer = commit(bot, pull, branch={"id": ref["id"]}, expectedHeadOid=ref["target"]["oid"], fileChanges={})

    assert answer["data"]["createCommitOnBranch"]["ref"] == {"name": "main"}
    assert repository.log("main")[0]["message"].startswith("Rewrite")
