"""Tell the App what happened: build each event's payload at that moment and hand it to the outbox."""

from typing import Any

from deploy.standin.clock import iso
from deploy.standin.git import NOTHING
from deploy.standin.model import (
    Account,
    CheckRun,
    CheckSuite,
    Installation,
    IssueComment,
    PullRequest,
    Repository,
    Review,
    ReviewComment,
    Thread,
)
from deploy.standin.webhooks import Hook, compose
from deploy.standin.wire import accounts, checks, conversation, pulls, repositories
from deploy.standin.world import World, node_id

# Which permission an App needs to hear of an event; docs: "Webhook events and payloads".
HEARD_WITH = {
    "check_run": "checks",
    "check_suite": "checks",
    "issue_comment": "issues",
    "merge_group": "merge_queues",
    "pull_request": "pull_requests",
    "pull_request_review": "pull_requests",
    "pull_request_review_comment": "pull_requests",
    "pull_request_review_thread": "pull_requests",
    "push": "contents",
}
ALWAYS = frozenset({"ping", "installation", "installation_repositories"})


def announce(world: World, event: str, installation: Installation | None, payload: dict[str, Any]) -> None:
    """Queue an event if the App is installed, subscribed, permitted and has an address."""
    app = world.app
    if not app.webhook_url or (event not in ALWAYS and event not in app.events):
        return
    if event != "ping" and not (installation and _may_hear(installation, event)):
        return
    hook = Hook(app.id, app.webhook_url, app.webhook_secret)
    world.outbox.post(compose(hook, world.number, world.clock.now(), event, payload))


def _may_hear(installation: Installation, event: str) -> bool:
    if event in ALWAYS:
        return True
    return installation.suspended_at is None and HEARD_WITH.get(event, "metadata") in installation.permissions


def _about(world: World, event: str, repository: Repository, sender: Account, payload: dict[str, Any]) -> None:
    installation = world.installation_on(repository)
    owner = repository.owner
    organization = {"organization": accounts.organization(world.links, owner)} if owner.kind == "Organization" else {}
    named = {"installation": {"id": installation.id, "node_id": node_id(installation)}} if installation else {}
    whole = {
        "repository": repositories.repository(world.links, repository),
        **payload,
        **organization,
        "sender": accounts.account(world.links, sender),
        **named,
    }
    announce(world, event, installation, whole)


def ping(world: World) -> None:
    """Say that the webhook was configured."""
    app = world.app
    config = {"content_type": "json", "url": app.webhook_url, "insecure_ssl": "0", "secret": "********"}
    hook = {
        "type": "App",
        "id": app.id,
        "name": "web",
        "active": True,
        "events": app.events,
        "config": config,
        **{f"{name}url": f"{world.base_url}/app/hook/{name}" for name in ("", "ping_", "deliveries_")},
        "app_id": app.id,
        "created_at": iso(app.created_at),
        "updated_at": iso(app.created_at),
    }
    announce(
        world,
        "ping",
        None,
        {
            "zen": "Anything added dilutes everything else.",
            "hook_id": app.id,
            "hook": hook,
            "sender": accounts.account(world.links, app.owner),
        },
    )


def installed(world: World, installation: Installation, new: list[Repository], sender: Account) -> None:
    """Say that the App was installed, or that repositories were added to an installation."""
    first = len(installation.repositories) == len(new)
    brief = [repositories.brief_repository(each) for each in new]
    payload = {
        "action": "created" if first else "added",
        "installation": accounts.installation(world.links, installation, world.app),
        "sender": accounts.account(world.links, sender),
        "requester": None,
    }
    added = {"repository_selection": "selected", "repositories_added": brief, "repositories_removed": []}
    changes = {"repositories": brief} if first else added
    announce(world, "installation" if first else "installation_repositories", installation, payload | changes)


def installation(world: World, which: Installation, action: str, sender: Account) -> None:
    """Say that an installation was suspended, goes on, or may do more; GitHub names no repositories then."""
    shown = accounts.installation(world.links, which, world.app)
    announce(world, "installation", which, {"action": action, "installation": shown, "sender": _sender(world, sender)})


def uncovered(world: World, which: Installation, repository: Repository, sender: Account) -> None:
    """Say that a repository was taken out of an installation."""
    payload = {
        "action": "removed",
        "installation": accounts.installation(world.links, which, world.app),
        "repository_selection": "selected",
        "repositories_added": [],
        "repositories_removed": [repositories.brief_repository(repository)],
        "requester": None,
        "sender": _sender(world, sender),
    }
    announce(world, "installation_repositories", which, payload)


def renamed(world: World, repository: Repository, former: str, sender: Account) -> None:
    """Say that a repository has another name."""
    changes = {"repository": {"name": {"from": former}}}
    _about(world, "repository", repository, sender, {"action": "renamed", "changes": changes})


def _sender(world: World, who: Account) -> dict[str, Any]:
    return accounts.account(world.links, who)


def push(world: World, repository: Repository, sender: Account, ref: str, before: str, after: str) -> None:
    """Say that a branch moved, with the commits that came."""
    created, deleted = before == NOTHING, after == NOTHING
    git = repository.git
    shas = () if created or deleted else tuple(reversed(git.log(after, before, limit=20)))
    commits = [_pushed(world, repository, sha) for sha in shas]
    home = f"{world.base_url}/{repository.full_name}"
    payload = {
        "ref": ref,
        "before": before,
        "after": after,
        "created": created,
        "deleted": deleted,
        "forced": not (created or deleted) and not git.contains(after, before),
        "base_ref": None,
        "compare": f"{home}/compare/{before[:12]}...{after[:12]}",
        "commits": commits,
        "head_commit": None if deleted else _pushed(world, repository, after),
        "pusher": {"name": sender.login, "email": sender.email},
        "repository": repositories.pushed_repository(world.links, repository),
    }
    _about(world, "push", repository, sender, payload)


def _pushed(world: World, repository: Repository, sha: str) -> dict[str, Any]:
    commit = repository.git.commit(sha)
    changed = repository.git.diff(commit.parents[0], sha) if commit.parents else ()
    return {
        "id": sha,
        "tree_id": commit.tree,
        "distinct": True,
        "message": commit.message,
        "timestamp": iso(commit.committer.at),
        "url": f"{world.base_url}/{repository.full_name}/commit/{sha}",
        "author": {"name": commit.author.name, "email": commit.author.email, "username": commit.author.name},
        "committer": {
            "name": commit.committer.name,
            "email": commit.committer.email,
            "username": commit.committer.name,
        },
        "added": [each.path for each in changed if each.status == "added"],
        "removed": [each.path for each in changed if each.status == "removed"],
        "modified": [each.path for each in changed if each.status not in {"added", "removed"}],
    }


def merge_group(
    world: World, repository: Repository, *, head: tuple[str, str], base: tuple[str, str], sender: Account
) -> None:
    """Say that the merge queue wants checks; *head* and *base* are references with their commits."""
    commit = repository.git.commit(head[1])
    shown = {
        "id": head[1],
        "tree_id": commit.tree,
        "message": commit.message,
        "timestamp": iso(commit.committer.at),
        "author": {"name": commit.author.name, "email": commit.author.email},
        "committer": {"name": commit.committer.name, "email": commit.committer.email},
    }
    group = {"head_sha": head[1], "head_ref": head[0], "base_sha": base[1], "base_ref": base[0], "head_commit": shown}
    _about(world, "merge_group", repository, sender, {"action": "checks_requested", "merge_group": group})


def pull_request(world: World, pull: PullRequest, action: str, sender: Account, **more: Any) -> None:
    """Say that something happened to a pull request."""
    shown = pulls.pull_request(world, world.links, pull)
    payload = {"action": action, "number": pull.number, "pull_request": shown, **more}
    _about(world, "pull_request", pull.repository, sender, payload)


def issue_comment(world: World, comment: IssueComment, action: str, sender: Account, **more: Any) -> None:
    """Say that somebody wrote, changed or deleted a comment in the conversation."""
    issue = pulls.issue(world.links, comment.pull)
    payload = {"action": action, "issue": issue, "comment": conversation.issue_comment(world.links, comment), **more}
    _about(world, "issue_comment", comment.pull.repository, sender, payload)


def review(world: World, which: Review, action: str, sender: Account) -> None:
    """Say that a review was submitted or dismissed; webhooks write its state in small letters."""
    shown = conversation.review(world.links, which)
    shown["state"] = shown["state"].lower()
    pull = pulls.simple_pull_request(world.links, which.pull)
    payload = {"action": action, "review": shown, "pull_request": pull}
    _about(world, "pull_request_review", which.pull.repository, sender, payload)


def review_comment(world: World, which: ReviewComment, action: str, sender: Account) -> None:
    """Say that somebody commented on the diff."""
    pull = pulls.simple_pull_request(world.links, which.pull)
    payload = {"action": action, "comment": conversation.review_comment(world.links, which), "pull_request": pull}
    _about(world, "pull_request_review_comment", which.pull.repository, sender, payload)


def thread(world: World, which: Thread, action: str, sender: Account) -> None:
    """Say that a thread was resolved, or is not any more."""
    pull = pulls.simple_pull_request(world.links, which.pull)
    payload = {"action": action, "thread": conversation.thread(world.links, which), "pull_request": pull}
    _about(world, "pull_request_review_thread", which.pull.repository, sender, payload)


def check_suite(world: World, suite: CheckSuite, action: str, sender: Account) -> None:
    """Say that checks are wanted for a commit, or that all of them ended."""
    _about(world, "check_suite", suite.repository, sender, {"action": action, "check_suite": _suite(world, suite)})


def _suite(world: World, suite: CheckSuite) -> dict[str, Any]:
    shown = checks.check_suite(world, world.links, suite)
    del shown["repository"]  # which webhooks name once for all
    return shown


def check_run(world: World, run: CheckRun, action: str, sender: Account, **more: Any) -> None:
    """Say that a check run began, ended, is wanted again, or had one of its buttons pressed."""
    shown = checks.check_run(world, world.links, run)
    inside = ("latest_check_runs_count", "check_runs_url", "head_commit")
    shown["check_suite"] = {name: value for name, value in _suite(world, run.suite).items() if name not in inside}
    _about(world, "check_run", run.suite.repository, sender, {"action": action, "check_run": shown, **more})
