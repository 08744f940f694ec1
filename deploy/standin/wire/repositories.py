"""Repositories, branches, commits and trees in JSON."""

from base64 import encodebytes
from typing import Any

from deploy.standin.clock import iso
from deploy.standin.diff import FileDiff
from deploy.standin.git import Commit, Entry, Signature
from deploy.standin.model import Repository
from deploy.standin.wire.accounts import account
from deploy.standin.world import Links, World, node_id

# name of the property without `_url` -> what follows the repository's own address
ADDRESSES = {
    "archive": "/{archive_format}{/ref}",
    "assignees": "/assignees{/user}",
    "blobs": "/git/blobs{/sha}",
    "branches": "/branches{/branch}",
    "collaborators": "/collaborators{/collaborator}",
    "comments": "/comments{/number}",
    "commits": "/commits{/sha}",
    "compare": "/compare/{base}...{head}",
    "contents": "/contents/{+path}",
    "contributors": "/contributors",
    "deployments": "/deployments",
    "downloads": "/downloads",
    "events": "/events",
    "forks": "/forks",
    "git_commits": "/git/commits{/sha}",
    "git_refs": "/git/refs{/sha}",
    "git_tags": "/git/tags{/sha}",
    "hooks": "/hooks",
    "issue_comment": "/issues/comments{/number}",
    "issue_events": "/issues/events{/number}",
    "issues": "/issues{/number}",
    "keys": "/keys{/key_id}",
    "labels": "/labels{/name}",
    "languages": "/languages",
    "merges": "/merges",
    "milestones": "/milestones{/number}",
    "notifications": "/notifications{?since,all,participating}",
    "pulls": "/pulls{/number}",
    "releases": "/releases{/id}",
    "stargazers": "/stargazers",
    "statuses": "/statuses/{sha}",
    "subscribers": "/subscribers",
    "subscription": "/subscription",
    "tags": "/tags",
    "teams": "/teams",
    "trees": "/git/trees{/sha}",
}


def repository(links: Links, which: Repository) -> dict[str, Any]:
    """Show a repository."""
    api, web = address(links, which), f"{links.web}/{which.full_name}"
    host = links.web.partition("://")[2]
    pulls = sum(pull.state == "open" for pull in which.pulls.values())
    return {
        "id": which.id,
        "node_id": node_id(which),
        "name": which.name,
        "full_name": which.full_name,
        "private": which.private,
        "owner": account(links, which.owner),
        "html_url": web,
        "description": None,
        "fork": which.parent is not None,
        "url": api,
        **{f"{name}_url": api + rest for name, rest in ADDRESSES.items()},
        "git_url": f"git://{host}/{which.full_name}.git",
        "ssh_url": f"git@{host}:{which.full_name}.git",
        "clone_url": f"{web}.git",
        "svn_url": web,
        "mirror_url": None,
        "homepage": None,
        "language": "Elixir",
        "license": None,
        **dict.fromkeys(("forks_count", "forks", "stargazers_count", "watchers_count", "watchers", "size"), 0),
        "open_issues_count": pulls,
        "open_issues": pulls,
        "default_branch": which.default_branch,
        "topics": [],
        **dict.fromkeys(("has_issues", "has_projects", "has_wiki", "has_downloads"), True),
        **dict.fromkeys(("has_pages", "has_discussions", "archived", "disabled", "is_template"), False),
        **dict.fromkeys(("allow_forking", "web_commit_signoff_required"), False),
        "custom_properties": {},
        "visibility": "private" if which.private else "public",
        "created_at": iso(which.created_at),
        "updated_at": iso(which.created_at),
        "pushed_at": iso(which.created_at),
    }


def full_repository(links: Links, which: Repository) -> dict[str, Any]:
    """Show a repository that was asked for by itself."""
    return {**repository(links, which), "network_count": 0, "subscribers_count": 0}


def pushed_repository(links: Links, which: Repository) -> dict[str, Any]:
    """Show a repository as push events do: like no other event, with its times in seconds."""
    shown = repository(links, which)
    seconds = int(which.created_at.timestamp())
    owner = {**shown["owner"], "name": which.owner.login, "email": which.owner.email}
    times = {"created_at": seconds, "pushed_at": seconds}
    return {**shown, **times, "owner": owner, "stargazers": 0, "master_branch": which.default_branch}


def brief_repository(which: Repository) -> dict[str, Any]:
    """Show a repository as the installation events do."""
    return {
        "id": which.id,
        "node_id": node_id(which),
        "name": which.name,
        "full_name": which.full_name,
        "private": which.private,
    }


def address(links: Links, which: Repository) -> str:
    """Give a repository's place in the API."""
    return f"{links.api}/repos/{which.full_name}"


def signature(who: Signature) -> dict[str, str]:
    """Show who made a commit."""
    return {"name": who.name, "email": who.email, "date": iso(who.at)}


def git_commit(links: Links, of: Repository, which: Commit) -> dict[str, Any]:
    """Show a commit as the Git database does."""
    api, web = address(links, of), f"{links.web}/{of.full_name}"
    return {
        "sha": which.sha,
        "node_id": f"C_{which.sha}",
        "url": f"{api}/git/commits/{which.sha}",
        "html_url": f"{web}/commit/{which.sha}",
        "author": signature(which.author),
        "committer": signature(which.committer),
        "tree": {"sha": which.tree, "url": f"{api}/git/trees/{which.tree}"},
        "message": which.message,
        "parents": [
            {"sha": sha, "url": f"{api}/git/commits/{sha}", "html_url": f"{web}/commit/{sha}"} for sha in which.parents
        ],
        "verification": verification(which),
    }


def verification(which: Commit) -> dict[str, Any]:
    """Show whether GitHub signed the commit: it does when it commits in a bot's name itself."""
    signed = which.committer.name == "GitHub"
    return {
        "verified": signed,
        "reason": "valid" if signed else "unsigned",
        "signature": "-----BEGIN PGP SIGNATURE-----" if signed else None,
        "payload": which.message if signed else None,
        "verified_at": iso(which.committer.at) if signed else None,
    }


def commit(world: World, links: Links, of: Repository, which: Commit) -> dict[str, Any]:
    """Show a commit as the repository's history does."""
    api, web = address(links, of), f"{links.web}/{of.full_name}"
    by_email = {who.email: account(links, who) for who in world.accounts.values()}
    inner = git_commit(links, of, which)
    inner = {key: inner[key] for key in ("author", "committer", "message", "tree", "url", "verification")}
    return {
        "sha": which.sha,
        "node_id": f"C_{which.sha}",
        "commit": {**inner, "comment_count": 0},
        "url": f"{api}/commits/{which.sha}",
        "html_url": f"{web}/commit/{which.sha}",
        "comments_url": f"{api}/commits/{which.sha}/comments",
        "author": by_email.get(which.author.email),
        "committer": by_email.get(which.committer.email),
        "parents": [
            {"sha": sha, "url": f"{api}/commits/{sha}", "html_url": f"{web}/commit/{sha}"} for sha in which.parents
        ],
    }


def file_diff(links: Links, of: Repository, head: str, which: FileDiff) -> dict[str, Any]:
    """Show one file of a diff; *patch* is absent where GitHub leaves it out."""
    api, web = address(links, of), f"{links.web}/{of.full_name}"
    shown = {
        "sha": which.sha,
        "filename": which.path,
        "status": which.status,
        "additions": which.additions,
        "deletions": which.deletions,
        "changes": which.additions + which.deletions,
        "blob_url": f"{web}/blob/{head}/{which.path}",
        "raw_url": f"{web}/raw/{head}/{which.path}",
        "contents_url": f"{api}/contents/{which.path}?ref={head}",
    }
    previous = {"previous_filename": which.previous} if which.previous else {}
    return shown | ({"patch": which.patch} if which.patch else {}) | previous


def tree(links: Links, of: Repository, sha: str, entries: tuple[Entry, ...], most: int) -> dict[str, Any]:
    """Show a tree; GitHub cuts it after *most* entries and says so."""
    api = address(links, of)
    kinds = {"blob": "blobs", "tree": "trees", "commit": "commits"}
    return {
        "sha": sha,
        "url": f"{api}/git/trees/{sha}",
        "tree": [
            {"path": each.path, "mode": each.mode, "type": each.kind, "sha": each.sha}
            | ({"size": each.size} if each.size is not None else {})
            | ({"url": f"{api}/git/{kinds[each.kind]}/{each.sha}"} if each.kind != "commit" else {})
            for each in entries[:most]
        ],
        "truncated": len(entries) > most,
    }


def content(links: Links, of: Repository, ref: str, entry: Entry, data: bytes | None) -> dict[str, Any]:
    """Show what stands at a path; *data* is given for a file asked for by itself."""
    api, web = address(links, of), f"{links.web}/{of.full_name}"
    folder = entry.kind == "tree"
    url = f"{api}/contents/{entry.path}?ref={ref}"
    git_url = f"{api}/git/{'trees' if folder else 'blobs'}/{entry.sha}"
    html_url = f"{web}/{'tree' if folder else 'blob'}/{ref}/{entry.path}"
    shown: dict[str, Any] = {
        "name": entry.path.rpartition("/")[2],
        "path": entry.path,
        "sha": entry.sha,
        "size": entry.size or 0,
        "url": url,
        "html_url": html_url,
        "git_url": git_url,
        "download_url": None if folder else f"{web}/raw/{ref}/{entry.path}",
        "type": "dir" if folder else "file",
        "_links": {"self": url, "git": git_url, "html": html_url},
    }
    if data is not None:
        shown |= {"content": encodebytes(data).decode(), "encoding": "base64"}
    return shown
