"""The merge queue: a branch that holds what would be merged together, and the question whether its checks pass."""

from collections.abc import Sequence

from deploy.standin.acts import announce, branches
from deploy.standin.acts.branches import BRANCH
from deploy.standin.errors import GitHubError
from deploy.standin.git import Signature
from deploy.standin.model import Account, PullRequest
from deploy.standin.world import World


def enqueue(world: World, pulls: Sequence[PullRequest], by: Account) -> str:
    """Merge *pulls*, all into one base, on a branch of the queue's own; return its head."""
    last, git = pulls[-1], pulls[-1].repository.git
    ref = BRANCH + last.base_ref
    base = head = git.ref(ref) or last.base_sha
    github = Signature("GitHub", "noreply@github.com", world.clock.now())
    for pull in pulls:
        tree = git.merged_tree(head, pull.head_sha)
        if tree is None:
            raise GitHubError(405, "Pull Request is not mergeable")
        message = f"Merge pull request #{pull.number} from {pull.head_repository.owner.login}/{pull.head_ref}"
        pull.queued = True
        head = git.write_commit(tree, [head, pull.head_sha], message, github, github)
    queued = f"{BRANCH}gh-readonly-queue/{last.base_ref}/pr-{last.number}-{base}"
    branches.move(world, last.repository, queued, head, by)
    announce.merge_group(world, last.repository, head=(queued, head), base=(ref, base), sender=by)
    return head
