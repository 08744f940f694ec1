"""Where a pull request's diff shows lines of the new side: only there does GitHub take a comment."""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from rules.source import SourceFile

HEADER: Final = re.compile(r"^@@ -\d+(?:,\d+)? \+(?P<start>\d+)(?:,(?P<count>\d+))? @@", re.MULTILINE)
CONTEXT: Final = 3  # lines around a change: git's default, and GitHub's
MOST_ALIKE: Final = 100_000  # pairs of equal lines, a line of the one file with one of the other; they take the time


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines of the new side that a diff shows together; both ends included."""

    first: int
    last: int

    def holds(self, first: int, last: int) -> bool:
        """Tell whether a range of lines lies within."""
        return self.first <= first and last <= self.last


def hunks_of_patch(patch: str) -> tuple[Hunk, ...]:
    """Read the hunks of a patch as GitHub gives it."""
    found = []
    for header in HEADER.finditer(patch):
        start, count = int(header["start"]), int(header["count"] or 1)
        if count:
            found.append(Hunk(start, start + count - 1))
    return tuple(found)


def whole(source: SourceFile) -> tuple[Hunk, ...]:
    """Return the one hunk of a new file."""
    return (Hunk(1, source.lines),) if source.lines else ()


def hunks_between(before: SourceFile, after: SourceFile) -> tuple[Hunk, ...]:
    """Compute the hunks of a file whose patch GitHub left out; none for one that takes too long to compare."""
    old, new = before.text.splitlines(), after.text.splitlines()
    times = Counter(old)
    if sum(times[line] for line in new) > MOST_ALIKE:
        return ()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    groups = matcher.get_grouped_opcodes(CONTEXT)
    return tuple(Hunk(group[0][3] + 1, group[-1][4]) for group in groups if group[-1][4] > group[0][3])
