"""Open, edit, close and merge pull requests."""

from dataclasses import dataclass
from typing import Any

from deploy.standin.acts import announce
from deploy.standin.acts.branches import BRANCH, move, signature
from deploy.standin.errors import GitHubError, validation_failed
from deploy.standin.git import Signature
from deploy.standin.mergeability import merges_cleanly, required
from deploy.standin.model import Account, PullRequest, Push, Repository
from deploy.standin.world import World

NOT_PASSING = {"expected": "is expected.", "pending": "is pending.", "failing": "is failing."}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody asks to be pulled."""

    title: str
    head_repository: Repository
    head: str
    base: str
    body: str = ""
    draft: bool = False
    maintainer_can_modify: bool = False


def open_pull_request(world: World, repository: Repository, proposal: Proposal, by: Account) -> PullRequest:
    """Open a pull request, or say what is wrong with the branches."""
    head = proposal.head_repository.git.ref(BRANCH + proposal.head)
    base = repository.git.ref(BRANCH + proposal.base)
    if head is None or base is None:
        raise validation_failed("PullRequest", "head" if head is None else "base", "invalid")
    _refuse_doubles(repository, proposal)
    number, now = world.next_pull_number(repository), world.clock.now()
    repository.git.adopt(proposal.head_repository.git, head, f"refs/pull/{number}/head")
    if repository.git.contains(base, head):
        none = f"No commits between {proposal.base} and {proposal.head}"
        raise validation_failed("PullRequest", "base", "custom", none)
    pull = PullRequest(
        id=world.number(),
        number=number,
        repository=repository,
        author=by,
        title=proposal.title,
        body=proposal.body,
        base_ref=proposal.base,
        head_repository=proposal.head_repository,
        head_ref=proposal.head,
        head_sha=head,
        base_sha=base,
        draft=proposal.draft,
        maintainer_can_modify=proposal.maintainer_can_modify,
        created_at=now,
        updated_at=now,
    )
    pull.pushes.append(Push(None, head, by, now))
    repository.pulls[number] = pull
    world.keep(pull)
    announce.pull_request(world, pull, "opened", by)
    return pull


def _refuse_doubles(repository: Repository, proposal: Proposal) -> None:
    for pull in repository.pulls.values():
        same = (pull.head_repository, pull.head_ref, pull.base_ref)
        if pull.state == "open" and same == (proposal.head_repository, proposal.head, proposal.base):
            label = f"{proposal.head_repository.owner.login}:{proposal.head}"
            raise validation_failed("PullRequest", "", "custom", f"A pull request already exists for {label}.")


def edit(world: World, pull: PullRequest, by: Account, changed: dict[str, Any]) -> None:
    """Change title, body or base, and close or reopen."""
    before: dict[str, Any] = {}
    for name in ("title", "body"):
        if name in changed and changed[name] != getattr(pull, name):
            before[name] = {"from": getattr(pull, name)}
            setattr(pull, name, changed[name] or "")
    if changed.get("base", pull.base_ref) != pull.base_ref:
        before["base"] = {"ref": {"from": pull.base_ref}, "sha": {"from": pull.base_sha}}
        base = pull.repository.git.ref(BRANCH + changed["base"])
        if base is None:
            raise validation_failed("PullRequest", "base", "invalid")
        pull.base_ref, pull.base_sha = changed["base"], base
    pull.updated_at = world.clock.now()
    if before:
        announce.pull_request(world, pull, "edited", by, changes=before)
    if changed.get("state", pull.state) != pull.state:
        _turn(world, pull, by)


def _turn(world: World, pull: PullRequest, by: Account) -> None:
    if pull.merged_at:
        raise validation_failed(
            "PullRequest", "state", "invalid", "state cannot be changed. The pull request was merged."
        )
    pull.closed_at = None if pull.closed_at else world.clock.now()
    if not pull.closed_at:
        _catch_up(pull)
    announce.pull_request(world, pull, "closed" if pull.closed_at else "reopened", by)


def _catch_up(pull: PullRequest) -> None:
    """Take what was pushed while the pull request was closed."""
    source = pull.head_repository.git
    head = source.ref(BRANCH + pull.head_ref)
    if head is not None and head != pull.head_sha:
        pull.repository.git.adopt(source, head, f"refs/pull/{pull.number}/head")
        pull.head_sha = head


def set_draft(world: World, pull: PullRequest, by: Account, *, draft: bool) -> None:
    """Turn a pull request into a draft, or declare it ready for review."""
    if pull.draft == draft:
        return
    pull.draft = draft
    pull.updated_at = world.clock.now()
    announce.pull_request(world, pull, "converted_to_draft" if draft else "ready_for_review", by)


def merge(world: World, pull: PullRequest, by: Account, *, expected_head: str | None = None) -> str:
    """Merge with a merge commit, or say what stands in the way: 405, or 409 when the head moved."""
    if expected_head and expected_head != pull.head_sha:
        raise GitHubError(409, "Head branch was modified. Review and try the merge again.")
    if pull.closed_at or pull.draft or not merges_cleanly(pull):
        raise GitHubError(405, "Pull Request is still a draft" if pull.draft else "Pull Request is not mergeable")
    for each in required(world, pull):
        if each.state != "passing":
            raise GitHubError(405, f'Required status check "{each.name}" {NOT_PASSING[each.state]}')
    git, ref = pull.repository.git, BRANCH + pull.base_ref
    base = git.ref(ref) or pull.base_sha
    tree = git.merged_tree(base, pull.head_sha)
    message = (
        f"Merge pull request #{pull.number} from {pull.head_repository.owner.login}/{pull.head_ref}\n\n{pull.title}"
    )
    github = Signature("GitHub", "noreply@github.com", world.clock.now())
    sha = git.write_commit(tree or "", [base, pull.head_sha], message, signature(world, by), github)
    pull.base_sha = base
    pull.merged_at = pull.closed_at = pull.updated_at = world.clock.now()
    pull.merged_by, pull.merge_commit_sha = by, sha
    move(world, pull.repository, ref, sha, by)
    announce.pull_request(world, pull, "closed", by)
    return sha
