"""A tree that GitHub does not list at once is listed part by part, or not at all."""

from typing import Any

import pytest

from workers.github.errors import Rejected
from workers.github.models import TreeEntry
from workers.github.tree import Lister

BLOB = {"type": "blob", "mode": "100644", "size": 3}
FOLDERS: dict[str, list[dict[str, Any]]] = {
    "root": [
        {"path": "README.md", "sha": "r", **BLOB},
        {"path": "deps", "sha": "deps", "type": "tree", "mode": "040000"},
        {"path": "priv", "sha": "priv", "type": "tree", "mode": "040000"},
    ],
    "deps": [{"path": "ecto", "sha": "e", "type": "commit", "mode": "160000"}],
    "priv": [
        {"path": "repo", "sha": "repo", "type": "tree", "mode": "040000"},
        {"path": "repo/1_a.exs", "sha": "a", **BLOB},
    ],
}


def test_a_listing_that_was_cut_is_asked_for_in_parts() -> None:
    asked = []

    def listing(tree: str, recursive: bool) -> dict[str, Any]:  # noqa: FBT001  # as the client's
        asked.append((tree, recursive))
        return {"tree": FOLDERS[tree], "truncated": tree == "root" and recursive}

    assert list(Lister(listing).entries("root")) == [
        TreeEntry("README.md", "100644", "r", 3),
        TreeEntry("deps/ecto", "160000", "e", 0),
        TreeEntry("priv/repo/1_a.exs", "100644", "a", 3),
    ]
    assert asked == [("root", True), ("root", False), ("deps", True), ("priv", True)]


def test_a_repository_without_end_is_not_read() -> None:
    def listing(_tree: str, _recursive: bool) -> dict[str, Any]:  # noqa: FBT001  # as the client's
        return {"tree": [{"path": "deeper", "sha": "x", "type": "tree", "mode": "040000"}], "truncated": True}

    with pytest.raises(Rejected, match="more files than GitHub lists"):
        list(Lister(listing).entries("root"))
