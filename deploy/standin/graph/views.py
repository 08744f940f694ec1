"""What stands behind the types of the GraphQL schema; attributes and methods bear the names of its fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from graphql import GraphQLError, GraphQLResolveInfo

from deploy.standin import model
from deploy.standin.actor import Actor
from deploy.standin.anchors import place
from deploy.standin.clock import iso
from deploy.standin.world import World, node_id

Info: TypeAlias = GraphQLResolveInfo[Any]

MOST_NODES = 100  # of a connection; docs: "Rate limits and query limits for the GraphQL API"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whose eyes the graph is seen with."""

    world: World
    actor: Actor

    def may_resolve(self, repository: model.Repository) -> bool:
        """Tell whether the caller may resolve threads: an App needs to write contents for that, which no page says."""
        needs = ("pull_requests:write", "contents:write")
        return all(self.actor.may(need, repository) for need in needs)


def view(viewer: Viewer, thing: Any) -> Any:
    """Show a thing of the model."""
    return VIEWS[type(thing)](viewer, thing)


def connection(viewer: Viewer, things: Sequence[Any], _info: Info, **window: Any) -> dict[str, Any]:
    """Cut a window out of a list: `first` after a cursor, or `last` before one. One of the two is compulsory."""
    first, last, after, before = (window.get(name) for name in ("first", "last", "after", "before"))
    asked = first if first is not None else last
    if asked is None:
        missing = "You must provide a `first` or `last` value to properly paginate the connection."
        raise GraphQLError(missing, extensions={"type": "MISSING_PAGINATION_BOUNDARIES"})
    if not 0 <= asked <= MOST_NODES:
        raise GraphQLError(
            f"Requesting {asked} records exceeds the limit of {MOST_NODES} records.",
            extensions={"type": "EXCESSIVE_PAGINATION"},
        )
    low, high = int(after or 0), int(before) - 1 if before else len(things)
    start, end = (low, min(low + asked, high)) if first is not None else (max(high - asked, low), high)
    return {
        "nodes": [view(viewer, each) for each in things[start:end]],
        "totalCount": len(things),
        "pageInfo": {
            "startCursor": str(start + 1) if end > start else None,
            "endCursor": str(end) if end > start else None,
            "hasNextPage": end < len(things),
            "hasPreviousPage": start > 0,
        },
    }


def account(world: World, who: model.Account) -> dict[str, Any]:
    """Show an account."""
    login = who.login.removesuffix("[bot]")
    url = f"{world.base_url}/{who.login}"
    return {"__typename": who.kind, "id": node_id(who), "login": login, "url": url, "databaseId": who.id}


def repository(viewer: Viewer, which: model.Repository) -> dict[str, Any]:
    """Show a repository."""

    def pull_request(_info: Info, number: int) -> Any:
        if number not in which.pulls:
            missing = f"Could not resolve to a PullRequest with the number of {number}."
            raise GraphQLError(missing, extensions={"type": "NOT_FOUND"})
        return view(viewer, which.pulls[number])

    def git_object(_info: Info, expression: str = "", oid: str = "") -> Any:
        return _object(viewer, which, oid or _revision(which, expression))

    return {
        "__typename": "Repository",
        "id": node_id(which),
        "databaseId": which.id,
        "name": which.name,
        "nameWithOwner": which.full_name,
        "isPrivate": which.private,
        "defaultBranchRef": ref(viewer, which, f"refs/heads/{which.default_branch}"),
        "pullRequest": pull_request,
        "object": git_object,
    }


def _revision(which: model.Repository, expression: str) -> str:
    """Find what `main:lib/a.ex` or `main` means."""
    name, colon, path = expression.partition(":")
    commit = which.git.resolve(name)
    if commit is None or not colon:
        return commit or ""
    entry = which.git.entry(commit, path)
    return entry.sha if entry else ""


def _object(viewer: Viewer, which: model.Repository, oid: str) -> dict[str, Any] | None:
    kind = which.git.kind(oid)
    if kind == "commit":
        return commit(viewer.world, which, oid)
    if kind != "blob":
        return {"__typename": "Tree", "id": f"T_{oid}", "oid": oid} if kind == "tree" else None
    data = which.git.blob(oid)
    binary = b"\0" in data
    text = None if binary else data.decode(errors="replace")
    shown = {"byteSize": len(data), "isBinary": binary, "isTruncated": False, "text": text}
    return {"__typename": "Blob", "id": f"B_{oid}", "oid": oid, **shown}


def commit(world: World, which: model.Repository, sha: str) -> dict[str, Any]:
    """Show a commit."""
    read = which.git.commit(sha)
    return {
        "__typename": "Commit",
        "id": f"C_{sha}",
        "oid": sha,
        "url": f"{world.base_url}/{which.full_name}/commit/{sha}",
        "message": read.message,
        "messageHeadline": read.message.partition("\n")[0],
        "committedDate": iso(read.committer.at),
    }


def ref(viewer: Viewer, which: model.Repository, name: str) -> dict[str, Any] | None:
    """Show a branch."""
    sha = which.git.ref(name)
    if sha is None:
        return None
    prefix = "refs/heads/"
    target = commit(viewer.world, which, sha)
    return {"id": f"REF_{which.id}_{name}", "name": name.removeprefix(prefix), "prefix": prefix, "target": target}


def pull_request(viewer: Viewer, pull: model.PullRequest) -> dict[str, Any]:
    """Show a pull request."""
    threads = [each for each in pull.threads if any(visible(viewer, comment) for comment in each.comments)]
    return {
        "__typename": "PullRequest",
        "id": node_id(pull),
        "databaseId": pull.id,
        "number": pull.number,
        "title": pull.title,
        "body": pull.body,
        "url": f"{viewer.world.base_url}/{pull.repository.full_name}/pull/{pull.number}",
        "state": "MERGED" if pull.merged_at else pull.state.upper(),
        "isDraft": pull.draft,
        "merged": pull.merged_at is not None,
        "author": account(viewer.world, pull.author),
        "baseRefName": pull.base_ref,
        "baseRefOid": pull.base_sha,
        "headRefName": pull.head_ref,
        "headRefOid": pull.head_sha,
        "reviewThreads": partial(connection, viewer, threads),
        "comments": partial(connection, viewer, pull.comments),
    }


def visible(viewer: Viewer, comment: model.ReviewComment) -> bool:
    """Tell whether the caller may see a comment: those of a pending review are their author's alone."""
    return comment.review.state != "PENDING" or comment.author is viewer.actor.account


def thread(viewer: Viewer, which: model.Thread) -> dict[str, Any]:
    """Show a thread: where it stands, and whether it is outdated or resolved."""
    now, was = place(which), which.anchor
    may, resolved = viewer.may_resolve(which.pull.repository), which.resolved_by is not None
    return {
        "__typename": "PullRequestReviewThread",
        "id": node_id(which),
        "comments": partial(connection, viewer, [each for each in which.comments if visible(viewer, each)]),
        "diffSide": was.side,
        "isCollapsed": resolved,
        "isOutdated": now is None,
        "isResolved": resolved,
        "line": now.line if now else None,
        "originalLine": was.line,
        "originalStartLine": was.start_line,
        "path": was.path,
        "pullRequest": lambda _info: view(viewer, which.pull),
        "repository": lambda _info: view(viewer, which.pull.repository),
        "resolvedBy": account(viewer.world, which.resolved_by) if which.resolved_by else None,
        "startDiffSide": was.side if was.start_line else None,
        "startLine": now.start_line if now else None,
        "subjectType": was.subject.upper(),
        "viewerCanReply": viewer.actor.may("pull_requests:write", which.pull.repository),
        "viewerCanResolve": may and not resolved,
        "viewerCanUnresolve": may and resolved,
    }


def _comment(viewer: Viewer, which: model.ReviewComment | model.IssueComment) -> dict[str, Any]:
    return {
        "id": node_id(which),
        "author": account(viewer.world, which.author),
        "body": which.body,
        "createdAt": iso(which.created_at),
        "databaseId": which.id,
        "fullDatabaseId": str(which.id),
        "isMinimized": which.minimized is not None,
        "minimizedReason": which.minimized.lower() if which.minimized else None,
        "updatedAt": iso(which.updated_at),
        "viewerCanMinimize": viewer.actor.may("pull_requests:write", which.pull.repository),
        "viewerDidAuthor": which.author is viewer.actor.account,
    }


def review_comment(viewer: Viewer, which: model.ReviewComment) -> dict[str, Any]:
    """Show a comment on the diff."""
    home = f"{viewer.world.base_url}/{which.pull.repository.full_name}/pull/{which.pull.number}"
    place_of_it = {"outdated": place(which.thread) is None, "path": which.thread.anchor.path}
    own = {"__typename": "PullRequestReviewComment", "url": f"{home}#discussion_r{which.id}", **place_of_it}
    return _comment(viewer, which) | own


def issue_comment(viewer: Viewer, which: model.IssueComment) -> dict[str, Any]:
    """Show a comment of the conversation."""
    home = f"{viewer.world.base_url}/{which.pull.repository.full_name}/pull/{which.pull.number}"
    return _comment(viewer, which) | {"__typename": "IssueComment", "url": f"{home}#issuecomment-{which.id}"}


VIEWS: dict[type, Any] = {
    model.Repository: repository,
    model.PullRequest: pull_request,
    model.Thread: thread,
    model.ReviewComment: review_comment,
    model.IssueComment: issue_comment,
    model.Account: lambda viewer, who: account(viewer.world, who),
}
