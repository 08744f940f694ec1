"""The files of a commit, however large the repository: GitHub cuts a recursive listing at 100,000 entries or 7 MB."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from workers.github.errors import Rejected
from workers.github.models import TreeEntry

Listing = Callable[[str, bool], Mapping[str, Any]]  # (tree, recursive) -> GitHub's answer
MOST_REQUESTS: Final = 60  # a repository that needs more is not read, and the review says so


class Lister:
    """Lists a tree, part by part where the whole is too large."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._requests = 0

    def entries(self, tree: str, folder: str = "") -> Iterator[TreeEntry]:
        """List all files below *tree*, which lies at *folder*; Rejected when that takes too many requests."""
        answer = self._ask(tree, recursive=True)
        if not answer["truncated"]:
            yield from (_entry(item, folder) for item in answer["tree"] if item["type"] != "tree")
            return
        for item in self._ask(tree, recursive=False)["tree"]:
            if item["type"] == "tree":
                yield from self.entries(item["sha"], f"{folder}{item['path']}/")
            else:
                yield _entry(item, folder)

    def _ask(self, tree: str, *, recursive: bool) -> Mapping[str, Any]:
        self._requests += 1
        if self._requests > MOST_REQUESTS:
            raise Rejected("the repository has more files than GitHub lists")
        return self._listing(tree, recursive)


def _entry(item: Mapping[str, Any], folder: str) -> TreeEntry:
    return TreeEntry(folder + item["path"], item["mode"], item["sha"], item.get("size") or 0)
