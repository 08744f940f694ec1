"""Check suites, check runs and annotations in JSON."""

from typing import Any

from deploy.standin.clock import iso, iso_or_none
from deploy.standin.model import CheckRun, CheckSuite, PullRequest
from deploy.standin.wire.accounts import app
from deploy.standin.wire.pulls import brief_pull_request
from deploy.standin.wire.repositories import address, repository, signature
from deploy.standin.world import Links, World, node_id

# The first of these that any run of the suite ended with is the suite's conclusion.
WORST_FIRST = ("failure", "timed_out", "action_required", "cancelled", "stale", "success", "neutral", "skipped")


def check_run(world: World, links: Links, run: CheckRun) -> dict[str, Any]:
    """Show a check run."""
    suite = run.suite
    api = f"{address(links, suite.repository)}/check-runs/{run.id}"
    web = f"{links.web}/{suite.repository.full_name}/runs/{run.id}"
    return {
        "id": run.id,
        "node_id": node_id(run),
        "name": run.name,
        "head_sha": suite.head_sha,
        "external_id": run.external_id,
        "url": api,
        "html_url": web,
        "details_url": run.details_url or web,
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": iso_or_none(run.started_at),
        "completed_at": iso_or_none(run.completed_at),
        "output": {
            **{name: run.output.get(name) for name in ("title", "summary", "text")},
            "annotations_count": len(run.annotations),
            "annotations_url": f"{api}/annotations",
        },
        "check_suite": {"id": suite.id},
        "app": app(links, world.app),
        "pull_requests": [brief_pull_request(links, pull) for pull in pull_requests(suite)],
    }


def check_suite(world: World, links: Links, suite: CheckSuite) -> dict[str, Any]:
    """Show a check suite; its status and conclusion follow from its runs."""
    api = f"{address(links, suite.repository)}/check-suites/{suite.id}"
    commit = suite.repository.git.commit(suite.head_sha)
    status, conclusion = outcome(suite)
    people = {"author": signature(commit.author), "committer": signature(commit.committer)}
    return {
        "id": suite.id,
        "node_id": node_id(suite),
        "head_branch": suite.head_branch,
        "head_sha": suite.head_sha,
        "status": status,
        "conclusion": conclusion,
        "url": api,
        "before": suite.before,
        "after": suite.head_sha,
        "pull_requests": [brief_pull_request(links, pull) for pull in pull_requests(suite)],
        "app": app(links, world.app),
        "repository": repository(links, suite.repository),
        "created_at": iso(suite.created_at),
        "updated_at": iso(suite.updated_at),
        "latest_check_runs_count": len(suite.runs),
        "check_runs_url": f"{api}/check-runs",
        "head_commit": {
            "id": commit.sha,
            "tree_id": commit.tree,
            "message": commit.message,
            "timestamp": iso(commit.committer.at),
            **{who: {"name": each["name"], "email": each["email"]} for who, each in people.items()},
        },
    }


def outcome(suite: CheckSuite) -> tuple[str, str | None]:
    """Sum up the runs of a suite: its status and its conclusion."""
    if not suite.runs:
        return "queued", None
    if any(run.status != "completed" for run in suite.runs):
        return "in_progress", None
    conclusions = {run.conclusion for run in suite.runs}
    return "completed", next(each for each in WORST_FIRST if each in conclusions)


def pull_requests(suite: CheckSuite) -> list[PullRequest]:
    """List the open pull requests of a suite's commit; GitHub leaves out those that come from forks."""
    pulls = suite.repository.pulls.values()
    same = [pull for pull in pulls if pull.head_repository is suite.repository and not pull.closed_at]
    return [pull for pull in same if pull.head_sha == suite.head_sha]


def annotation(links: Links, run: CheckRun, which: dict[str, Any]) -> dict[str, Any]:
    """Show an annotation of a check run."""
    repository_web = f"{links.web}/{run.suite.repository.full_name}"
    optional = ("start_column", "end_column", "title", "raw_details")
    return {
        **{name: which[name] for name in ("path", "start_line", "end_line", "annotation_level", "message")},
        **{name: which.get(name) for name in optional},
        "blob_href": f"{repository_web}/blob/{run.suite.head_sha}/{which['path']}",
    }
