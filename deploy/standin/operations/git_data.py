"""The Git database: blobs, trees, commits and references."""

from base64 import b64decode, encodebytes
from binascii import Error as NotBase64
from datetime import datetime
from typing import Any

from deploy.standin.acts import branches
from deploy.standin.api import Call, Page, Reply, operation
from deploy.standin.errors import not_found, unprocessable
from deploy.standin.git import NOTHING, GitFailed, Signature
from deploy.standin.wire import repositories

MOST_ENTRIES = 100_000  # of a recursive tree; docs: "Get a tree"
MOST_BYTES = 100 * 1024 * 1024  # of a blob


@operation("git/get-tree", "contents:read")
def get_tree(call: Call) -> Any:
    """Show a tree by its SHA, or by a branch or commit; whatever `recursive` says, being there means yes."""
    git, name = call.repository.git, call.path["tree_sha"]
    sha = name if git.kind(name) == "tree" else git.resolve(name)
    if sha is None:
        raise not_found()
    entries = git.entries(sha, recursive="recursive" in call.query)
    tree = sha if git.kind(sha) == "tree" else git.commit(sha).tree
    return repositories.tree(call.links, call.repository, tree, entries, MOST_ENTRIES)


@operation("git/get-blob", "contents:read")
def get_blob(call: Call) -> Any:
    """Show a file by its SHA."""
    git, sha = call.repository.git, call.path["file_sha"]
    if git.kind(sha) != "blob":
        raise not_found()
    data = git.blob(sha)
    if "raw" in call.accept:
        return Reply(data, media_type="application/vnd.github.raw; charset=utf-8")
    return {
        "sha": sha,
        "node_id": f"B_{sha}",
        "size": len(data),
        "url": f"{repositories.address(call.links, call.repository)}/git/blobs/{sha}",
        "content": encodebytes(data).decode(),
        "encoding": "base64",
    }


@operation("git/create-blob", "contents:write")
def create_blob(call: Call) -> Any:
    """Keep a file's bytes."""
    try:
        binary = call.body.get("encoding") == "base64"
        data = b64decode(call.body["content"], validate=False) if binary else call.body["content"].encode()
    except NotBase64:
        raise unprocessable("content is not valid Base64") from None
    sha = call.repository.git.write_blob(data)
    return {"sha": sha, "url": f"{repositories.address(call.links, call.repository)}/git/blobs/{sha}"}


@operation("git/create-tree", "contents:write")
def create_tree(call: Call) -> Any:
    """Write a tree, on top of another or from nothing."""
    git = call.repository.git
    base = call.body.get("base_tree")
    if base is not None:
        base = base if git.kind(base) == "tree" else git.resolve(base)
        if base is None:
            raise unprocessable("base_tree is not a valid tree oid")
    changes: dict[str, tuple[str, str] | None] = {}
    for each in call.body["tree"]:
        if "content" in each:
            changes[each["path"]] = (each["mode"], git.write_blob(each["content"].encode()))
        else:
            changes[each["path"]] = (each["mode"], each["sha"]) if each.get("sha") else None
    try:
        sha = git.write_tree(base, changes)
    except GitFailed:
        raise unprocessable("tree.sha is not a valid blob, or tree.path is malformed") from None
    return repositories.tree(call.links, call.repository, sha, git.entries(sha), MOST_ENTRIES)


@operation("git/get-commit", "contents:read")
def get_commit(call: Call) -> Any:
    """Show a commit by its SHA."""
    git, sha = call.repository.git, call.path["commit_sha"]
    if git.kind(sha) != "commit":
        raise not_found()
    return repositories.git_commit(call.links, call.repository, git.commit(sha))


@operation("git/create-commit", "contents:write")
def create_commit(call: Call) -> Any:
    """Write a commit. A bot's commit without an author of its own is signed by GitHub."""
    git, parents = call.repository.git, call.body.get("parents") or []
    if git.kind(call.body["tree"]) != "tree":
        raise unprocessable("Tree SHA does not exist")
    if any(git.kind(parent) != "commit" for parent in parents):
        raise unprocessable("Parent SHA does not exist or is not a commit object")
    me = branches.signature(call.world, call.account)
    github = Signature("GitHub", "noreply@github.com", me.at)
    given = call.body.get("author")
    author = _signature(given, me) if given else me
    default = author if given or call.actor.kind == "user" else github
    committer = _signature(call.body["committer"], me) if call.body.get("committer") else default
    sha = git.write_commit(call.body["tree"], parents, call.body["message"], author, committer)
    return repositories.git_commit(call.links, call.repository, git.commit(sha))


def _signature(given: dict[str, str], me: Signature) -> Signature:
    at = datetime.fromisoformat(given["date"]) if given.get("date") else me.at
    return Signature(given["name"], given["email"], at)


@operation("git/get-ref", "contents:read")
def get_ref(call: Call) -> Any:
    """Show what a reference points to."""
    name = f"refs/{call.path['ref']}"
    sha = call.repository.git.ref(name)
    if sha is None:
        raise not_found()
    return _ref(call, name, sha)


@operation("git/list-matching-refs", "contents:read")
def list_matching_refs(call: Call) -> Any:
    """List references that begin with a name."""
    prefix = f"refs/{call.path['ref']}"
    found = [(name, sha) for name, sha in call.repository.git.refs("refs/").items() if name.startswith(prefix)]
    return Page(found, lambda each: _ref(call, *each))


@operation("git/create-ref", "contents:write")
def create_ref(call: Call) -> Any:
    """Make a branch or a tag."""
    name, sha, git = call.body["ref"], call.body["sha"], call.repository.git
    if not name.startswith(("refs/heads/", "refs/tags/")):
        raise unprocessable("Reference name must start with 'refs/heads/' or 'refs/tags/'.")
    if git.ref(name):
        raise unprocessable("Reference already exists")
    if git.kind(sha) is None:
        raise unprocessable("Object does not exist")
    branches.move(call.world, call.repository, name, sha, call.account, old=NOTHING)
    return _ref(call, name, sha)


@operation("git/update-ref", "contents:write")
def update_ref(call: Call) -> Any:
    """Move a branch; without force only forwards."""
    name, sha, git = f"refs/{call.path['ref']}", call.body["sha"], call.repository.git
    before = git.ref(name)
    if before is None:
        raise unprocessable("Reference does not exist")
    if git.kind(sha) is None:
        raise unprocessable("Object does not exist")
    if not call.body.get("force") and not git.contains(sha, before):
        raise unprocessable("Update is not a fast forward")
    branches.move(call.world, call.repository, name, sha, call.account, old=before)
    return _ref(call, name, sha)


@operation("git/delete-ref", "contents:write")
def delete_ref(call: Call) -> Any:
    """Delete a branch or a tag."""
    name = f"refs/{call.path['ref']}"
    if call.repository.git.ref(name) is None:
        raise unprocessable("Reference does not exist")
    branches.move(call.world, call.repository, name, NOTHING, call.account)


def _ref(call: Call, name: str, sha: str) -> dict[str, Any]:
    api = repositories.address(call.links, call.repository)
    kind = call.repository.git.kind(sha) or "commit"
    target = {"type": kind, "sha": sha, "url": f"{api}/git/{kind}s/{sha}"}
    return {"ref": name, "node_id": f"REF_{name}", "url": f"{api}/git/{name}", "object": target}
