"""A commit made of its parts: for branches on which GitHub's GraphQL does not make one, as older Enterprise Servers."""

import base64

from workers.github.errors import Rejected, StaleHead
from workers.github.models import NewCommit
from workers.github.wire import Wire, path

FILE = "100644"  # the mode of a file that is not to be run


def commit(wire: Wire, change: NewCommit) -> str:
    """Commit to a branch and return the new head; StaleHead when it moved, Unclear when no answer came.

    Only the last of these requests changes what people see, so only that one must not be repeated unseen.
    """
    root = path("repos", *change.repository.split("/"), "git")
    files = [
        {"path": name, "mode": FILE, "type": "blob", "sha": _blob(wire, root, text)}
        for name, text in change.files.items()
    ]
    before = wire.get(f"{root}/commits/{change.expected_head}")["tree"]["sha"]
    tree = wire.post(f"{root}/trees", {"base_tree": before, "tree": files}, repeatable=True)["sha"]
    # With no author of its own, for then GitHub signs it.
    parts = {"message": f"{change.headline}\n\n{change.body}", "tree": tree, "parents": [change.expected_head]}
    made: str = wire.post(f"{root}/commits", parts, repeatable=True)["sha"]
    branch = "/".join(path(part).removeprefix("/") for part in change.branch.split("/"))
    try:
        wire.patch(f"{root}/refs/heads/{branch}", {"sha": made, "force": False}, repeatable=False)
    except Rejected as refused:
        if "fast forward" in str(refused):
            raise StaleHead(str(refused)) from refused
        raise
    return made


def _blob(wire: Wire, root: str, text: str) -> str:
    content = {"content": base64.b64encode(text.encode()).decode(), "encoding": "base64"}
    sha: str = wire.post(f"{root}/blobs", content, repeatable=True)["sha"]
    return sha
