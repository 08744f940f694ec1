"""Check runs and check suites."""

from typing import Any

from deploy.standin.acts import checks as acts
from deploy.standin.acts.branches import suite_for
from deploy.standin.api import Call, Page, Reply, operation
from deploy.standin.errors import not_found
from deploy.standin.mergeability import newest, runs, suites
from deploy.standin.model import CheckRun, CheckSuite
from deploy.standin.wire import checks


def _run(call: Call) -> CheckRun:
    run = call.found(CheckRun, "check_run_id")
    if run.suite.repository is not call.repository:
        raise not_found()
    return run


def _suite(call: Call) -> CheckSuite:
    suite = call.found(CheckSuite, "check_suite_id")
    if suite.repository is not call.repository:
        raise not_found()
    return suite


def _page(call: Call, found: list[CheckRun]) -> Page:
    name, status = call.query.get("check_name"), call.query.get("status")
    found = [run for run in found if name in {None, run.name} and status in {None, run.status}]
    kept = found if call.query.get("filter") == "all" else newest(found)
    return Page(kept, lambda run: checks.check_run(call.world, call.links, run), under="check_runs")


@operation("checks/create", "checks:write")
def create(call: Call) -> Any:
    """Create a check run."""
    run = acts.create(call.world, call.repository, call.account, call.body)
    return checks.check_run(call.world, call.links, run)


@operation("checks/get", "checks:read")
def get(call: Call) -> Any:
    """Show a check run."""
    return checks.check_run(call.world, call.links, _run(call))


@operation("checks/update", "checks:write")
def update(call: Call) -> Any:
    """Change a check run."""
    run = _run(call)
    acts.update(call.world, run, call.account, call.body)
    return checks.check_run(call.world, call.links, run)


@operation("checks/list-annotations", "checks:read")
def list_annotations(call: Call) -> Any:
    """List all annotations of a check run."""
    run = _run(call)
    return Page(run.annotations, lambda each: checks.annotation(call.links, run, each))


@operation("checks/rerequest-run", "checks:write")
def rerequest_run(call: Call) -> Any:
    """Ask for a check again."""
    acts.rerequest(call.world, _run(call), call.account)
    return {}


@operation("checks/list-for-ref", "checks:read")
def list_for_ref(call: Call) -> Any:
    """List the check runs of a commit, of each name the newest unless all are asked for."""
    return _page(call, runs(call.world, call.repository, call.commit(call.path["ref"])))


@operation("checks/list-for-suite", "checks:read")
def list_for_suite(call: Call) -> Any:
    """List the check runs of a suite."""
    return _page(call, _suite(call).runs)


@operation("checks/get-suite", "checks:read")
def get_suite(call: Call) -> Any:
    """Show a check suite."""
    return checks.check_suite(call.world, call.links, _suite(call))


@operation("checks/list-suites-for-ref", "checks:read")
def list_suites_for_ref(call: Call) -> Any:
    """List the check suites of a commit."""
    found = suites(call.world, call.repository, call.commit(call.path["ref"]))
    return Page(found, lambda each: checks.check_suite(call.world, call.links, each), under="check_suites")


@operation("checks/create-suite", "checks:write")
def create_suite(call: Call) -> Any:
    """Open the suite of a commit; where one is already, that one is shown with 200."""
    sha = call.commit(call.body["head_sha"])
    there = suites(call.world, call.repository, sha)
    suite = there[0] if there else suite_for(call.world, call.repository, sha)
    return Reply(checks.check_suite(call.world, call.links, suite), status=200 if there else 201)


@operation("checks/rerequest-suite", "checks:write")
def rerequest_suite(call: Call) -> Any:
    """Ask for all checks of a commit again."""
    acts.rerequest_suite(call.world, _suite(call), call.account)
    return {}
