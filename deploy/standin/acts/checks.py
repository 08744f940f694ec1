"""Create, update and ask again for check runs, by the rules of GitHub's Checks API."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from deploy.standin.acts import announce
from deploy.standin.acts.branches import suite_for
from deploy.standin.errors import GitHubError, unprocessable
from deploy.standin.model import Account, CheckRun, CheckSuite, Repository
from deploy.standin.world import World

MOST_BYTES = 65_535  # of summary and of text each; github/docs#35252: bytes, whatever the document says
MOST_ANNOTATIONS = 50  # in one request
STALE = timedelta(days=14)  # docs, "About status checks": what is incomplete for longer is given up


def create(world: World, repository: Repository, by: Account, wanted: Mapping[str, Any]) -> CheckRun:
    """Create a check run on a commit of the repository."""
    sha = str(wanted["head_sha"])
    if repository.git.kind(sha) != "commit":
        raise unprocessable(f"No commit found for SHA: {sha}")
    _refuse(wanted)
    suite = suite_for(world, repository, sha, branch_at(repository, sha))
    run = CheckRun(world.number(), suite, wanted["name"], "queued", None, None, None, None, "")
    world.keep(run)
    suite.runs.append(run)
    _fill(world, run, wanted)
    if run.started_at is None:
        run.started_at = world.clock.now()
    announce.check_run(world, run, "created", by)
    _tell_end(world, run, by)
    return run


def update(world: World, run: CheckRun, by: Account, wanted: Mapping[str, Any]) -> None:
    """Change a check run; annotations are added to those that are there."""
    _refuse(wanted)
    was = run.status
    _fill(world, run, wanted)
    if was != "completed":
        _tell_end(world, run, by)


def branch_at(repository: Repository, sha: str) -> str | None:
    """Name a branch that points to a commit; there is none for commits of forks."""
    return next((ref.removeprefix("refs/heads/") for ref, at in repository.git.refs().items() if at == sha), None)


def _refuse(wanted: Mapping[str, Any]) -> None:
    if wanted.get("status") == "completed" and not wanted.get("conclusion"):
        raise unprocessable("Invalid request.\n\nconclusion wasn't supplied.")
    output = wanted.get("output") or {}
    for name in ("summary", "text"):
        size = len((output.get(name) or "").encode())
        if size > MOST_BYTES:
            raise unprocessable(f"Invalid request.\n\nOnly {MOST_BYTES} characters are allowed; {size} were supplied.")
    annotations = output.get("annotations") or []
    if len(annotations) > MOST_ANNOTATIONS:
        most = f"No more than {MOST_ANNOTATIONS} items are allowed; {len(annotations)} were supplied."
        raise unprocessable(f"Invalid request.\n\n{most}")
    for each in annotations:
        if each["start_line"] != each["end_line"] and ("start_column" in each or "end_column" in each):
            one_line = "Start column and end column are only allowed when start line and end line are the same."
            raise unprocessable("Validation Failed", one_line)


def _fill(world: World, run: CheckRun, wanted: Mapping[str, Any]) -> None:
    for name in ("name", "details_url", "external_id", "actions"):
        if name in wanted:
            setattr(run, name, wanted[name])
    for name in ("started_at", "completed_at"):
        if wanted.get(name):
            setattr(run, name, datetime.fromisoformat(wanted[name]))
    _set_status(world, run, wanted)
    output = dict(wanted.get("output") or {})
    run.annotations.extend(output.pop("annotations", None) or [])
    run.output.update(output)
    run.suite.updated_at = world.clock.now()


def _set_status(world: World, run: CheckRun, wanted: Mapping[str, Any]) -> None:
    """Set status and conclusion: a conclusion completes the run, and another status takes the conclusion back."""
    if wanted.get("conclusion"):
        run.status, run.conclusion = "completed", wanted["conclusion"]
        run.completed_at = run.completed_at or world.clock.now()
    elif wanted.get("status"):
        run.status, run.conclusion, run.completed_at = wanted["status"], None, None


def _tell_end(world: World, run: CheckRun, by: Account) -> None:
    if run.status != "completed":
        return
    announce.check_run(world, run, "completed", by)
    if all(each.status == "completed" for each in run.suite.runs):
        announce.check_suite(world, run.suite, "completed", by)


def give_up_stale(world: World) -> None:
    """Conclude the check runs that nobody has concluded in two weeks."""
    for run in world.all(CheckRun):
        if run.status != "completed" and run.started_at and run.started_at + STALE < world.clock.now():
            run.status, run.conclusion, run.completed_at = "completed", "stale", world.clock.now()


def rerequest(world: World, run: CheckRun, by: Account) -> None:
    """Ask for one check again, as the button "Re-run" does; the run stays as it is until the App changes it."""
    if run.status != "completed":
        raise GitHubError(422, "This check run is not rerequestable")
    announce.check_run(world, run, "rerequested", by)


def rerequest_suite(world: World, suite: CheckSuite, by: Account) -> None:
    """Ask for all checks again, as the button "Re-run all checks" does."""
    announce.check_suite(world, suite, "rerequested", by)


def press(world: World, run: CheckRun, by: Account, identifier: str) -> None:
    """Press one of the buttons that the App put on its check run."""
    if identifier not in {each["identifier"] for each in run.actions}:
        raise unprocessable(f"The check run has no action {identifier}")
    announce.check_run(world, run, "requested_action", by, requested_action={"identifier": identifier})
