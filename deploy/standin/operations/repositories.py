"""Repositories, their files, who may do what, and limits."""

from typing import Any

from deploy.standin.api import Call, Reply, operation
from deploy.standin.errors import GitHubError, not_found
from deploy.standin.git import Entry
from deploy.standin.wire import accounts, repositories

MOST_IN_JSON = 1024 * 1024  # bytes of a file; docs: "Get repository content"


@operation("repos/get", "metadata:read")
def get(call: Call) -> Any:
    """Show a repository."""
    return repositories.full_repository(call.links, call.repository)


@operation("repos/get-collaborator-permission-level", "metadata:read")
def get_permission(call: Call) -> Any:
    """Tell what somebody may do on the repository; strangers may read what is public, and nothing else."""
    who = call.world.accounts.get(call.path["username"])
    if who is None:
        raise not_found()
    return accounts.collaborator(call.links, who, call.repository)


@operation("users/get-by-username", by="anyone")
def get_user(call: Call) -> Any:
    """Show an account's public face."""
    who = call.world.accounts.get(call.path["username"])
    if who is None:
        raise not_found()
    return accounts.public_face(call.links, who, call.world.app.created_at)


@operation("rate-limit/get", by="anyone")
def get_rate_limit(call: Call) -> Any:
    """Tell what is left; asking costs nothing."""
    window = call.world.limits.window(call.actor.key, call.world.clock.now())
    core = {"limit": window.limit, "used": window.used, "remaining": window.remaining, "reset": window.reset}
    return {"resources": {"core": core, "search": core, "graphql": core}, "rate": core}


@operation("repos/get-content", "contents:read")
def get_content(call: Call) -> Any:
    """Show a file or a folder, as JSON, as an object or raw, as the Accept header asks."""
    repository, path = call.repository, call.path["path"]
    ref = call.query.get("ref") or repository.default_branch
    commit = repository.git.resolve(ref.removeprefix("refs/"))
    if commit is None:
        raise GitHubError(404, f"No commit found for the ref {ref}")
    entry = repository.git.entry(commit, path)
    if entry is None or ".." in path.split("/"):
        raise not_found()
    if entry.kind == "tree":
        return _folder(call, ref, entry)
    return _file(call, ref, entry)


def _folder(call: Call, ref: str, entry: Entry) -> Any:
    repository = call.repository
    prefix = f"{entry.path}/" if entry.path else ""
    inside = [Entry(e.mode, e.kind, e.sha, prefix + e.path, e.size) for e in repository.git.entries(entry.sha)]
    shown = [repositories.content(call.links, repository, ref, each, None) for each in inside]
    if "object" in call.accept:
        return {**repositories.content(call.links, repository, ref, entry, None), "entries": shown}
    return shown


def _file(call: Call, ref: str, entry: Entry) -> Any:
    data = call.repository.git.blob(entry.sha)
    if "raw" in call.accept:
        return Reply(data, media_type="application/vnd.github.raw; charset=utf-8")
    shown = repositories.content(call.links, call.repository, ref, entry, data)
    if len(data) > MOST_IN_JSON:
        shown |= {"content": "", "encoding": "none"}
    return shown
