"""Which of an application's modules a review reads: few, and those first that may know the tables of the change.

What is read once is remembered by its content, so that each review of a repository knows more of it than the last.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rules.ecto.files import is_code
from workers.github.models import ChangedFile, TreeEntry

AT_MOST: Final = 100  # modules in a review that are not remembered yet: one query more
CONSIDERED: Final = 1_000  # modules that may be remembered; each is a look into memory
LARGEST: Final = 200_000  # bytes; what is longer is generated
WORD: Final = re.compile(r"\w+")
STEM: Final = re.compile(r"([^/]+)\.ex$")
WEB: Final = re.compile(
    r"_web/|/(?:live|controllers|views|components|channels|plugs|graphql|resolvers)/|_(?:live|html|json)\.ex$"
)


def candidates(head: Mapping[str, TreeEntry], base: Mapping[str, TreeEntry], words: frozenset[str]) -> list[TreeEntry]:
    """Return the modules of both trees, those first whose names, or whose changes, have to do with *words*."""
    entries = {entry.sha: entry for entry in (*head.values(), *base.values()) if is_code(entry.path)}
    changed = {path for path in {*head, *base} if head.get(path) != base.get(path)}
    small = (entry for entry in entries.values() if entry.size <= LARGEST)
    return sorted(small, key=lambda entry: (_distance(entry.path, changed, words), entry.path))[:CONSIDERED]


def words_of(files: Iterable[ChangedFile]) -> frozenset[str]:
    """Return the words that a pull request's patches hold, as far as GitHub shows them."""
    return frozenset(word for file in files for word in WORD.findall(file.patch or ""))


def _distance(path: str, changed: set[str], words: frozenset[str]) -> int:
    """Return how far a module is from the change: 0 and 1 are worth a query of their own."""
    if path in changed:
        return 0
    if not words.isdisjoint(_tables(path)):
        return 1
    return 3 if WEB.search(path) else 2


def _tables(path: str) -> Iterator[str]:
    """Yield the tables for which a module of that name may have a schema."""
    match = STEM.search(path)
    stem = match[1] if match else ""
    yield from (stem, f"{stem}s", f"{stem}es", f"{stem.removesuffix('y')}ies")
