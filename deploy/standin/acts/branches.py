"""Move branches: by pushing, by the API, by merging; pull requests, checks and webhooks follow."""

from collections.abc import Mapping

from deploy.standin.acts import announce
from deploy.standin.errors import unprocessable
from deploy.standin.git import NOTHING, GitFailed, Signature
from deploy.standin.model import Account, CheckSuite, PullRequest, Push, Repository
from deploy.standin.world import World

BRANCH = "refs/heads/"
Files = Mapping[str, bytes | None]  # None deletes the file


def signature(world: World, who: Account) -> Signature:
    """Sign as somebody, now."""
    return Signature(who.name, who.email, world.clock.now())


def tree_with(repository: Repository, parent: str | None, files: Files) -> str:
    """Write the tree of *parent* with *files* changed; modes are kept, new files are ordinary ones."""
    git = repository.git
    changes: dict[str, tuple[str, str] | None] = {}
    for path, content in files.items():
        there = git.entry(parent, path) if parent else None
        mode = there.mode if there and there.kind == "blob" else "100644"
        changes[path] = None if content is None else (mode, git.write_blob(content))
    return git.write_tree(git.commit(parent).tree if parent else None, changes)


def commit_files(world: World, repository: Repository, branch: str, files: Files, message: str, by: Account) -> str:
    """Commit *files* on a branch as somebody who works with git, and push; a new branch starts at the default one."""
    git = repository.git
    old = git.ref(BRANCH + branch)
    parent = old or git.ref(BRANCH + repository.default_branch)
    tree = tree_with(repository, parent, files)
    sha = git.write_commit(tree, [parent] if parent else [], message, signature(world, by))
    move(world, repository, BRANCH + branch, sha, by)
    return sha


def move(world: World, repository: Repository, ref: str, new: str, by: Account, *, old: str | None = None) -> None:
    """Point a reference at *new* (NOTHING deletes it) if it still is at *old*, and tell everybody."""
    before = repository.git.ref(ref) or NOTHING
    if before == new:
        return
    try:
        if new == NOTHING:
            repository.git.delete_ref(ref)
        else:
            repository.git.update_ref(ref, new, old or before)
    except GitFailed as refusal:
        raise unprocessable(str(refusal)) from refusal
    if not ref.startswith(BRANCH):
        return
    announce.push(world, repository, by, ref, before, new)
    branch = ref.removeprefix(BRANCH)
    if new != NOTHING:
        request_checks(world, repository, new, branch, before, by)
    for pull in open_from(world, repository, branch):
        _follow(world, pull, before, new, by)


def open_from(world: World, head: Repository, branch: str) -> list[PullRequest]:
    """List the open pull requests that ask for this branch to be pulled."""
    pulls = [pull for pull in world.all(PullRequest) if not pull.closed_at]
    return [pull for pull in pulls if pull.head_repository is head and pull.head_ref == branch]


def _follow(world: World, pull: PullRequest, before: str, new: str, by: Account) -> None:
    pull.updated_at = world.clock.now()
    if new == NOTHING:
        pull.closed_at = pull.updated_at
        announce.pull_request(world, pull, "closed", by)
        return
    pull.repository.git.adopt(pull.head_repository.git, new, f"refs/pull/{pull.number}/head")
    pull.pushes.append(Push(before, new, by, pull.updated_at))
    pull.head_sha, pull.queued = new, False
    announce.pull_request(world, pull, "synchronize", by, before=before, after=new)


def request_checks(world: World, repository: Repository, sha: str, branch: str, before: str, by: Account) -> None:
    """Open a check suite for a pushed commit and ask the App to check it."""
    if world.installation_on(repository) is None:
        return
    suite = suite_for(world, repository, sha, branch, before)
    announce.check_suite(world, suite, "requested", by)


def suite_for(
    world: World, repository: Repository, sha: str, branch: str | None = None, before: str | None = None
) -> CheckSuite:
    """Find the App's check suite for a commit, or open it."""
    for suite in world.all(CheckSuite):
        if suite.repository is repository and suite.head_sha == sha:
            return suite
    now = world.clock.now()
    suite = CheckSuite(world.number(), repository, sha, branch, before, now, now)
    world.keep(suite)
    return suite
