"""Whether a pull request can be merged: by git, and by the checks that its base branch asks for."""

from dataclasses import dataclass

from deploy.standin.model import CheckRun, CheckSuite, PullRequest, Repository
from deploy.standin.world import World

PASSES = frozenset({"success", "neutral", "skipped"})


@dataclass(frozen=True, slots=True)
class Required:
    """A check that must pass before merging, and the newest run of that name, if any."""

    name: str
    run: CheckRun | None

    @property
    def state(self) -> str:
        """Tell whether it is expected (nothing came yet), pending, passing or failing."""
        if self.run is None:
            return "expected"
        if self.run.status != "completed":
            return "pending"
        return "passing" if self.run.conclusion in PASSES else "failing"


def suites(world: World, repository: Repository, sha: str) -> list[CheckSuite]:
    """List the check suites of a commit."""
    return [each for each in world.all(CheckSuite) if each.repository is repository and each.head_sha == sha]


def runs(world: World, repository: Repository, sha: str) -> list[CheckRun]:
    """List the check runs of a commit, oldest first."""
    return [run for suite in suites(world, repository, sha) for run in suite.runs]


def newest(found: list[CheckRun]) -> list[CheckRun]:
    """Keep the newest run of each name."""
    return list({run.name: run for run in found}.values())


def required(world: World, pull: PullRequest) -> list[Required]:
    """List the checks that merging waits for."""
    if pull.base_ref != pull.repository.default_branch:
        return []
    by_name = {run.name: run for run in runs(world, pull.repository, pull.head_sha)}
    return [Required(name, by_name.get(name)) for name in pull.repository.required_checks]


def merges_cleanly(pull: PullRequest) -> bool:
    """Try the merge without touching any branch."""
    base = pull.repository.git.ref(f"refs/heads/{pull.base_ref}")
    return base is not None and pull.repository.git.merged_tree(base, pull.head_sha) is not None


def mergeable_state(world: World, pull: PullRequest) -> str:
    """Say in GitHub's word what stands between the pull request and its merge."""
    if pull.closed_at:
        return "unknown"
    if not merges_cleanly(pull):
        return "dirty"
    if pull.draft:
        return "draft"
    if any(each.state != "passing" for each in required(world, pull)):
        return "blocked"
    states = (Required(run.name, run).state for run in newest(runs(world, pull.repository, pull.head_sha)))
    return "clean" if all(state == "passing" for state in states) else "unstable"
