"""The history: commits, comparisons, branches."""

from typing import Any

from deploy.standin.api import Call, Page, operation
from deploy.standin.errors import GitHubError, not_found
from deploy.standin.git import EMPTY_TREE
from deploy.standin.wire import pulls, repositories

MOST_FILES = 300  # of a commit or a comparison; docs: "Compare two commits"
MOST_COMMITS = 250


@operation("repos/list-commits", "contents:read")
def list_commits(call: Call) -> Any:
    """List the history of a branch, newest first."""
    repository = call.repository
    shas = repository.git.log(call.commit(call.query.get("sha") or repository.default_branch))
    return Page(shas, lambda sha: repositories.commit(call.world, call.links, repository, repository.git.commit(sha)))


@operation("repos/get-commit", "contents:read")
def get_commit(call: Call) -> Any:
    """Show a commit with what it changed."""
    repository = call.repository
    commit = repository.git.commit(call.commit(call.path["ref"]))
    changed = repository.git.diff(commit.parents[0] if commit.parents else EMPTY_TREE, commit.sha)
    additions, deletions = sum(each.additions for each in changed), sum(each.deletions for each in changed)
    return {
        **repositories.commit(call.world, call.links, repository, commit),
        "stats": {"additions": additions, "deletions": deletions, "total": additions + deletions},
        "files": [repositories.file_diff(call.links, repository, commit.sha, each) for each in changed[:MOST_FILES]],
    }


@operation("repos/compare-commits-with-basehead", "contents:read")
def compare(call: Call) -> Any:
    """Compare a head with where it left a base."""
    repository, git = call.repository, call.repository.git
    names = call.path["basehead"].split("...")
    base, head = (git.resolve(name.rpartition(":")[2]) for name in (names if len(names) == 2 else ["", ""]))  # noqa: PLR2004 - base...head
    parted = git.merge_base(base, head) if base and head else None
    if base is None or head is None:
        raise not_found()
    if parted is None:
        raise GitHubError(404, f"No common ancestor between {names[0]} and {names[1]}.")
    ahead, behind = git.log(head, base), git.log(base, head)
    moved = "diverged" if ahead and behind else "ahead" if ahead else "behind" if behind else "identical"
    url = f"{repositories.address(call.links, repository)}/compare/{call.path['basehead']}"
    web = f"{call.links.web}/{repository.full_name}/compare/{call.path['basehead']}"

    def show(sha: str) -> dict[str, Any]:
        return repositories.commit(call.world, call.links, repository, git.commit(sha))

    return {
        "url": url,
        "html_url": web,
        "permalink_url": web,
        "diff_url": f"{web}.diff",
        "patch_url": f"{web}.patch",
        "base_commit": show(base),
        "merge_base_commit": show(parted),
        "status": moved,
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [show(sha) for sha in reversed(ahead[:MOST_COMMITS])],
        "files": [
            repositories.file_diff(call.links, repository, head, each) for each in git.diff(parted, head)[:MOST_FILES]
        ],
    }


@operation("repos/list-pull-requests-associated-with-commit", "contents:read", "pull_requests:read")
def list_pulls_of_commit(call: Call) -> Any:
    """List the pull requests that contain a commit."""
    sha = call.commit(call.path["commit_sha"])
    every = call.repository.pulls.values()
    found = [pull for pull in every if sha in call.repository.git.log(pull.head_sha, pull.base_sha)]
    return Page(found, lambda pull: pulls.simple_pull_request(call.links, pull))


@operation("repos/get-branch", "contents:read")
def get_branch(call: Call) -> Any:
    """Show a branch and its newest commit."""
    repository, name = call.repository, call.path["branch"]
    sha = repository.git.ref(f"refs/heads/{name}")
    if sha is None:
        raise GitHubError(404, "Branch not found")
    url = f"{repositories.address(call.links, repository)}/branches/{name}"
    protected = bool(repository.required_checks) and name == repository.default_branch
    return {
        "name": name,
        "commit": repositories.commit(call.world, call.links, repository, repository.git.commit(sha)),
        "_links": {"self": url, "html": f"{call.links.web}/{repository.full_name}/tree/{name}"},
        "protected": protected,
        "protection": {"enabled": protected},
        "protection_url": f"{url}/protection",
    }
