"""Pull requests."""

from operator import attrgetter
from typing import Any

from deploy.standin.acts import pulls as acts
from deploy.standin.anchors import files, merge_base
from deploy.standin.api import Call, Page, Reply, operation
from deploy.standin.errors import GitHubError, validation_failed
from deploy.standin.model import PullRequest
from deploy.standin.wire import pulls, repositories

MOST_FILES = 3000  # that are listed at all; docs: "List pull requests files"
MOST_FILES_IN_DIFF = 300
MOST_LINES_IN_DIFF = 20_000
MOST_BYTES_IN_DIFF = 1024 * 1024


@operation("pulls/list", "pull_requests:read")
def list_pulls(call: Call) -> Any:
    """List pull requests, newest first unless asked otherwise."""
    state, head, base = call.query.get("state", "open"), call.query.get("head"), call.query.get("base")

    def wanted(pull: PullRequest) -> bool:
        label = f"{pull.head_repository.owner.login}:{pull.head_ref}"
        return state in {pull.state, "all"} and head in {None, label} and base in {None, pull.base_ref}

    sort = call.query.get("sort", "created")
    moment = attrgetter("updated_at" if sort == "updated" else "created_at")
    found = sorted(filter(wanted, call.repository.pulls.values()), key=lambda pull: (moment(pull), pull.number))
    if call.query.get("direction", "desc" if sort == "created" else "asc") == "desc":
        found.reverse()
    return Page(found, lambda pull: pulls.simple_pull_request(call.links, pull))


@operation("pulls/get", "pull_requests:read")
def get(call: Call) -> Any:
    """Show a pull request, as JSON or as a diff."""
    if "diff" in call.accept or "patch" in call.accept:
        return _as_diff(call.pull)
    return pulls.pull_request(call.world, call.links, call.pull)


def _as_diff(pull: PullRequest) -> Reply:
    text = pull.repository.git.patch(merge_base(pull), pull.head_sha)
    if len(files(pull)) > MOST_FILES_IN_DIFF:
        raise _too_large(f"the diff exceeded the maximum number of files ({MOST_FILES_IN_DIFF})")
    if text.count("\n") > MOST_LINES_IN_DIFF:
        raise _too_large(f"the diff exceeded the maximum number of lines ({MOST_LINES_IN_DIFF})")
    if len(text.encode()) > MOST_BYTES_IN_DIFF:
        raise _too_large("the diff exceeded the maximum size (1 MB)")
    return Reply(text.encode(), media_type="application/vnd.github.diff; charset=utf-8")


def _too_large(why: str) -> GitHubError:
    error = {"resource": "PullRequest", "field": "diff", "code": "too_large"}
    return GitHubError(406, f"Sorry, {why}.", [error])


@operation("pulls/create", "pull_requests:write")
def create(call: Call) -> Any:
    """Open a pull request from a branch of this repository or of a fork."""
    owner, _, branch = call.body["head"].rpartition(":")
    head = call.repository
    if owner and owner != head.owner.login:
        forks = [each for each in call.world.repositories.values() if each.parent is head and each.owner.login == owner]
        if not forks:
            raise validation_failed("PullRequest", "head", "invalid")
        head = forks[0]
    proposal = acts.Proposal(
        title=call.body.get("title", ""),
        body=call.body.get("body") or "",
        head_repository=head,
        head=branch,
        base=call.body["base"],
        draft=call.body.get("draft", False),
        maintainer_can_modify=call.body.get("maintainer_can_modify", False),
    )
    pull = acts.open_pull_request(call.world, call.repository, proposal, call.account)
    return pulls.pull_request(call.world, call.links, pull)


@operation("pulls/update", "pull_requests:write")
def update(call: Call) -> Any:
    """Change title, body, base or state."""
    acts.edit(call.world, call.pull, call.account, dict(call.body))
    return pulls.pull_request(call.world, call.links, call.pull)


@operation("pulls/list-files", "pull_requests:read")
def list_files(call: Call) -> Any:
    """List what the pull request changes, against where its branch left the base."""
    pull = call.pull
    changed = files(pull)[:MOST_FILES]
    return Page(changed, lambda each: repositories.file_diff(call.links, pull.repository, pull.head_sha, each))


@operation("pulls/list-commits", "pull_requests:read")
def list_commits(call: Call) -> Any:
    """List the commits that would be merged, oldest first."""
    pull, git = call.pull, call.repository.git
    shas = tuple(reversed(git.log(pull.head_sha, merge_base(pull))))
    return Page(shas, lambda sha: repositories.commit(call.world, call.links, pull.repository, git.commit(sha)))


@operation("pulls/merge", "contents:write")
def merge(call: Call) -> Any:
    """Merge, when nothing stands in the way."""
    sha = acts.merge(call.world, call.pull, call.account, expected_head=call.body.get("sha"))
    return {"sha": sha, "merged": True, "message": "Pull Request successfully merged"}


@operation("issues/get", "issues:read", "pull_requests:read")
def get_issue(call: Call) -> Any:
    """Show the issue that a pull request also is."""
    return pulls.issue(call.links, call.pull)
