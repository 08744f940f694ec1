"""What happens on the stage around the App: people push, open, comment and click."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from typing import Any

from deploy.standin import pictures
from deploy.standin.acts import announce, branches, checks, comments, pulls, queue, reviews, suggestions
from deploy.standin.cues import Cues
from deploy.standin.errors import unprocessable
from deploy.standin.mergeability import runs
from deploy.standin.model import (
    ROLES,
    CheckRun,
    CheckSuite,
    Installation,
    IssueComment,
    PullRequest,
    ReviewComment,
    Thread,
)
from deploy.standin.world import World

Files = Mapping[str, str | Mapping[str, str] | None]  # text, {"base64": …} or None to delete
act = Cues()


def _bytes(files: Files) -> dict[str, bytes | None]:
    return {path: _content(content) for path, content in files.items()}


def _content(content: str | Mapping[str, str] | None) -> bytes | None:
    if content is None or isinstance(content, str):
        return content if content is None else content.encode()
    return b64decode(content["base64"])


def _pull(world: World, repository: str, number: int) -> PullRequest:
    found = world.repository(repository).pulls.get(number)
    if found is None:
        raise unprocessable(f"{repository} has no pull request {number}")
    return found


@act
def app(world: World) -> dict[str, Any]:
    """Show what somebody needs who wants to be the App."""
    which = world.app
    return {"id": which.id, "slug": which.slug, "bot": which.bot.login, "private_key": which.private_key}


@act
def client(world: World, *, callback: str) -> dict[str, str]:
    """Show what the App lets people log in with, and let logins lead to *callback* alone."""
    world.app.callback_urls = [callback]
    return {"id": world.app.client_id, "secret": world.app.client_secret}


@act
def set_app(
    world: World,
    *,
    number: int | None = None,
    permissions: dict[str, str] | None = None,
    events: list[str] | None = None,
) -> None:
    """Change the App's number or what it asks for; installations keep what they have accepted."""
    world.app.id = number or world.app.id
    world.app.permissions = permissions if permissions is not None else world.app.permissions
    world.app.events = events if events is not None else world.app.events


@act
def grants(world: World) -> list[str]:
    """List for whom the App may act, once for each token."""
    return [person.login for person in world.app.people.values()]


@act
def set_webhook(world: World, *, url: str, secret: str) -> None:
    """Say where events go and what they are signed with; a ping follows."""
    world.app.webhook_url, world.app.webhook_secret = url, secret
    announce.ping(world)


@act
def user(world: World, *, login: str) -> dict[str, Any]:
    """Find a user, or make one."""
    account = world.account(login)
    return {"login": account.login, "id": account.id, "token": account.token}


@act
def create_repository(
    world: World, *, name: str, files: Files, by: str, private: bool = True, installed: bool = True
) -> dict[str, Any]:
    """Make a repository with a first commit, and install the App on it."""
    if name.lower() in world.repositories:
        raise unprocessable(f"{name} exists already")
    creator = world.account(by)
    repository = world.add_repository(name, private=private)
    repository.roles[creator.login] = "admin"
    branches.commit_files(world, repository, repository.default_branch, _bytes(files), "Begin", creator)
    if installed:
        install(world, repository=name, by=by)
    return {"id": repository.id, "name": repository.full_name}


@act
def fork(world: World, *, repository: str, by: str) -> dict[str, Any]:
    """Fork a repository into somebody's own account."""
    parent, owner = world.repository(repository), world.account(by)
    child = world.add_repository(f"{owner.login}/{parent.name}", private=parent.private, parent=parent)
    for ref, sha in parent.git.refs().items():
        child.git.adopt(parent.git, sha, ref)
    return {"id": child.id, "name": child.full_name}


@act
def install(world: World, *, repository: str, by: str) -> dict[str, Any]:
    """Install the App on a repository."""
    which = world.repository(repository)
    mine = [each for each in world.installations.values() if each.account is which.owner]
    if mine:
        installation = mine[0]
    else:
        installation = Installation(world.number(), which.owner, dict(world.app.permissions), world.clock.now())
        world.installations[installation.id] = installation
        world.keep(installation)
    installation.repositories.append(which)
    announce.installed(world, installation, [which], world.account(by))
    return {"id": installation.id}


@act
def set_installation(
    world: World, *, repository: str, permissions: dict[str, str] | None = None, suspended: bool | None = None
) -> None:
    """Change what an installation has accepted, or suspend it."""
    installation = world.installation_on(world.repository(repository))
    if installation is None:
        raise unprocessable(f"The App is not installed on {repository}")
    if permissions is not None:
        installation.permissions = permissions
    if suspended is not None:
        installation.suspended_at = world.clock.now() if suspended else None


@act
def set_role(world: World, *, repository: str, login: str, role: str) -> None:
    """Give somebody a role on a repository."""
    if role not in ROLES:
        raise unprocessable(f"{role} is none of {', '.join(ROLES)}")
    world.repository(repository).roles[world.account(login).login] = role


@act
def require_checks(world: World, *, repository: str, names: list[str]) -> None:
    """Let the default branch ask for checks before anything is merged into it."""
    world.repository(repository).required_checks = names


@act
def push(world: World, *, repository: str, branch: str, files: Files, by: str, message: str) -> str:
    """Commit on a branch and push; a new branch starts at the default one."""
    which = world.repository(repository)
    return branches.commit_files(world, which, branch, _bytes(files), message, world.account(by))


@act
def force_push(world: World, *, repository: str, branch: str, to: str, by: str) -> str:
    """Point a branch at another commit, wherever that leads."""
    which = world.repository(repository)
    sha = which.git.resolve(to)
    if sha is None:
        raise unprocessable(f"No commit found for SHA: {to}")
    branches.move(world, which, branches.BRANCH + branch, sha, world.account(by))
    return sha


@act
def open_pull_request(world: World, *, repository: str, by: str, head_repository: str = "", **proposal: Any) -> int:
    """Open a pull request and give its number; *proposal* is what `pulls.Proposal` has."""
    source = world.repository(head_repository or repository)
    wanted = pulls.Proposal(head_repository=source, **proposal)
    return pulls.open_pull_request(world, world.repository(repository), wanted, world.account(by)).number


@act
def edit_pull_request(world: World, *, repository: str, number: int, by: str, changes: dict[str, Any]) -> None:
    """Change title, body, base or state of a pull request."""
    pulls.edit(world, _pull(world, repository, number), world.account(by), changes)


@act
def set_draft(world: World, *, repository: str, number: int, by: str, draft: bool) -> None:
    """Turn a pull request into a draft, or declare it ready for review."""
    pulls.set_draft(world, _pull(world, repository, number), world.account(by), draft=draft)


@act
def merge(world: World, *, repository: str, number: int, by: str) -> str:
    """Press the merge button."""
    return pulls.merge(world, _pull(world, repository, number), world.account(by))


@act
def enqueue(world: World, *, repository: str, numbers: Sequence[int], by: str) -> str:
    """Put pull requests into the merge queue, as one group."""
    return queue.enqueue(world, [_pull(world, repository, number) for number in numbers], world.account(by))


@act
def checks_of(world: World, *, repository: str, commit: str) -> list[dict[str, Any]]:
    """Show the check runs of a commit."""
    return [pictures.check_run(each) for each in runs(world, world.repository(repository), commit)]


@act
def comment(world: World, *, repository: str, number: int, by: str, body: str) -> int:
    """Write in the conversation."""
    return comments.comment(world, _pull(world, repository, number), world.account(by), body).id


@act
def edit_comment(world: World, *, comment: int, by: str, body: str) -> None:
    """Change a comment of the conversation."""
    comments.edit(world, world.find(IssueComment, comment), world.account(by), body)


@act
def review(world: World, *, repository: str, number: int, by: str, event: str, body: str = "") -> int:
    """Submit a review without comments on lines."""
    pull = _pull(world, repository, number)
    return reviews.create_review(world, pull, world.account(by), {"event": event, "body": body}).id


@act
def reply(world: World, *, thread: int, by: str, body: str) -> int:
    """Answer in a thread on the diff."""
    return reviews.reply(world, world.find(Thread, thread), world.account(by), body).id


@act
def resolve(world: World, *, thread: int, by: str, resolved: bool = True) -> None:
    """Resolve a thread, or take that back."""
    reviews.set_resolved(world, world.find(Thread, thread), world.account(by), resolved=resolved)


@act
def apply_suggestions(world: World, *, comments: Sequence[int], by: str, message: str = "") -> str:
    """Commit the suggestions of some review comments."""
    chosen = [world.find(ReviewComment, number) for number in comments]
    return suggestions.apply(world, chosen, world.account(by), message)


@act
def rerun(world: World, *, check_run: int, by: str) -> None:
    """Click "Re-run" on a check."""
    checks.rerequest(world, world.find(CheckRun, check_run), world.account(by))


@act
def rerun_all(world: World, *, check_suite: int, by: str) -> None:
    """Click "Re-run all checks"."""
    checks.rerequest_suite(world, world.find(CheckSuite, check_suite), world.account(by))


@act
def press(world: World, *, check_run: int, by: str, identifier: str) -> None:
    """Press a button that the App put on its check."""
    checks.press(world, world.find(CheckRun, check_run), world.account(by), identifier)


@act
def pull_request(world: World, *, repository: str, number: int) -> dict[str, Any]:
    """Show all there is to know of a pull request."""
    return pictures.pull_request(world, _pull(world, repository, number))


@act
def read_file(world: World, *, repository: str, ref: str, path: str) -> str | None:
    """Read a file of a branch."""
    git = world.repository(repository).git
    commit = git.resolve(ref)
    data = git.file(commit, path) if commit else None
    return None if data is None else data.decode()


@act
def log(world: World, *, repository: str, ref: str) -> list[dict[str, str]]:
    """List the commits of a branch, newest first."""
    git = world.repository(repository).git
    commits = [git.commit(sha) for sha in git.log(git.resolve(ref) or "")]
    return [{"sha": each.sha, "author": each.author.name, "message": each.message} for each in commits]
