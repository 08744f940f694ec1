"""Three clients that know nothing of each other, and one story that each of them lives through."""

import base64
import json
import subprocess
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import github as pygithub

from deploy.services.npm import installed

OCTOKIT: Final = ("@octokit/rest", "22.0.1")
SCRIPT: Final = Path(__file__).with_name("octokit.mjs")
COMMIT: Final = (
    "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }"
)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the story takes place."""

    url: str
    token: str
    owner: str
    name: str
    number: int
    file: str  # added by the pull request, and commented on
    line: int
    elsewhere: str  # changed by it, at another place than this line:
    outside: int
    person: str

    def commit(self, head: str) -> dict[str, Any]:
        """Return the input of `createCommitOnBranch`."""
        return {
            "branch": {"repositoryNameWithOwner": f"{self.owner}/{self.name}", "branchName": "index-users"},
            "expectedHeadOid": head,
            "message": {"headline": "Rewrite"},
            "fileChanges": {"additions": [{"path": self.file, "contents": base64.b64encode(b"better\n").decode()}]},
        }


def by_pygithub(stage: Stage) -> dict[str, Any]:
    """Live through it with PyGithub."""
    with pygithub.Github(
        auth=pygithub.Auth.Token(stage.token), base_url=stage.url, seconds_between_writes=None
    ) as client:
        shop = client.get_repo(f"{stage.owner}/{stage.name}")
        pull = shop.get_pull(stage.number)
        tree = shop.get_git_tree(pull.head.sha, recursive=True)
        blob = shop.get_git_blob(next(each.sha for each in tree.tree if each.path == stage.file))
        run = shop.create_check_run("ecto-fix", pull.head.sha, status="queued")
        run.edit(status="completed", conclusion="success", output={"title": "Clean", "summary": "Nothing."})
        commit = shop.get_commit(pull.head.sha)
        pull.create_review(
            commit, "One.", "COMMENT", [{"path": stage.file, "line": stage.line, "side": "RIGHT", "body": "Here."}]
        )
        (comment,) = pull.get_review_comments()
        pull.create_review_comment_reply(comment.id, "Done.")
        comment.create_reaction("rocket")
        pull.create_issue_comment("Summary").edit("Better summary")
        try:
            pull.create_review_comment("No.", commit, stage.elsewhere, line=stage.outside, side="RIGHT")
        except pygithub.GithubException as error:
            refusal = error.status
        permission = shop.get_collaborator_permission(stage.person)
        client.requester.graphql_query(COMMIT, {"input": stage.commit(pull.head.sha)})
        return {
            "files": sorted(each.filename for each in pull.get_files()),
            "text": base64.b64decode(blob.content).decode(),
            "checks": [each.conclusion for each in commit.get_check_runs()],
            "permission": permission,
            "refusal": refusal,
        }


def by_githubkit(stage: Stage) -> dict[str, Any]:
    """Live through it with githubkit, whose models are strict."""
    # Not a plain import: its 56 MB of generated types would cost mypy minutes.
    githubkit: Any = import_module("githubkit")
    refused: Any = import_module("githubkit.exception").RequestFailed
    at = {"owner": stage.owner, "repo": stage.name}
    on = at | {"pull_number": stage.number}
    with githubkit.GitHub(stage.token, base_url=stage.url, auto_retry=False) as client:
        rest = client.rest
        pull = rest.pulls.get(**on).parsed_data
        head = pull.head.sha
        tree = rest.git.get_tree(**at, tree_sha=head, recursive="1").parsed_data.tree
        sha = next(str(each.sha) for each in tree if each.path == stage.file)
        blob = rest.git.get_blob(**at, file_sha=sha).parsed_data
        run = rest.checks.create(**at, data={"name": "ecto-fix", "head_sha": head, "status": "queued"}).parsed_data
        end = {"status": "completed", "conclusion": "success", "output": {"title": "Clean", "summary": "Nothing."}}
        rest.checks.update(**at, check_run_id=run.id, data=end)
        said = {"path": stage.file, "line": stage.line, "side": "RIGHT", "body": "Here."}
        rest.pulls.create_review(**on, data={"commit_id": head, "body": "One.", "event": "COMMENT", "comments": [said]})
        (comment,) = rest.pulls.list_review_comments(**on).parsed_data
        rest.pulls.create_reply_for_review_comment(**on, comment_id=comment.id, data={"body": "Done."})
        rest.reactions.create_for_pull_request_review_comment(**at, comment_id=comment.id, data={"content": "rocket"})
        summary = rest.issues.create_comment(**at, issue_number=stage.number, data={"body": "Summary"}).parsed_data
        rest.issues.update_comment(**at, comment_id=summary.id, data={"body": "Better summary"})
        wrong = {"body": "No.", "commit_id": head, "path": stage.elsewhere, "line": stage.outside, "side": "RIGHT"}
        try:
            rest.pulls.create_review_comment(**on, data=wrong)
        except refused as error:
            refusal = error.response.status_code
        permission = rest.repos.get_collaborator_permission_level(**at, username=stage.person).parsed_data.permission
        client.graphql(COMMIT, {"input": stage.commit(head)})
        checks = rest.checks.list_for_ref(**at, ref=head).parsed_data.check_runs
        return {
            "files": sorted(each.filename for each in rest.pulls.list_files(**on).parsed_data),
            "text": base64.b64decode(blob.content).decode(),
            "checks": [each.conclusion for each in checks],
            "permission": permission,
            "refusal": refusal,
        }


def by_octokit(stage: Stage) -> dict[str, Any]:
    """Live through it with Octokit, in JavaScript."""
    told = {name: getattr(stage, name) for name in Stage.__slots__}
    told |= {"octokit": str(installed(*OCTOKIT) / "dist-src" / "index.js"), "commit": stage.commit("HEAD")}
    told |= {"document": COMMIT}
    ended = subprocess.run(
        ["node", str(SCRIPT), json.dumps(told)], capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    seen: dict[str, Any] = json.loads(ended.stdout)
    return seen
