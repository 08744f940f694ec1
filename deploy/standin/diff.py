"""A pull request's diff as GitHub sees it: files, hunks, and which lines a comment may stand on."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")
STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied", "T": "changed"}
NO_PATCH_ABOVE = 20_000  # lines; GitHub leaves the patch out, docs: "Limits for viewing content and diffs"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a hunk: its mark, its number on each side, and how far below the first `@@` it is."""

    mark: str
    old: int | None
    new: int | None
    text: str
    position: int

    def number(self, side: str) -> int | None:
        """Give the line's number on a side; added lines have none on the LEFT, deleted ones none on the RIGHT."""
        return self.old if side == "LEFT" else self.new


@dataclass(frozen=True, slots=True)
class Hunk:
    """A stretch of changes with its context."""

    header: str
    lines: tuple[Line, ...]

    def find(self, side: str, number: int) -> Line | None:
        """Find the line with this number on this side."""
        return next((line for line in self.lines if line.number(side) == number), None)

    def excerpt(self, last: Line) -> str:
        """Write the hunk down to a line, as `diff_hunk` shows it above a comment."""
        above = [line for line in self.lines if line.position <= last.position]
        return "\n".join([self.header, *(line.mark + line.text for line in above)])


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file of a diff. *patch* is None for binary files, for pure renames and for very large changes."""

    path: str
    previous: str | None
    status: str
    sha: str
    patch: str | None
    hunks: tuple[Hunk, ...]
    additions: int
    deletions: int

    def find(self, side: str, number: int) -> tuple[Hunk, Line] | None:
        """Find the hunk and the line with this number on this side."""
        for hunk in self.hunks:
            if line := hunk.find(side, number):
                return hunk, line
        return None

    def at(self, position: int) -> tuple[Hunk, Line] | None:
        """Find the line this far below the first `@@`."""
        for hunk in self.hunks:
            for line in hunk.lines:
                if line.position == position:
                    return hunk, line
        return None


def file_diffs(names: str, patches: str) -> tuple[FileDiff, ...]:
    """Join `git diff-tree --raw -z` (exact names) and `-p` (patches), which list the same files in the same order."""
    bodies = ("\n" + patches).split("\ndiff --git ")[1:]
    return tuple(_file(*raw, body) for raw, body in zip(_raw(names), bodies, strict=True))


def _raw(names: str) -> Iterator[tuple[str, str, str | None, str]]:
    fields = iter(names.split("\0"))
    for field in fields:
        if not field.startswith(":"):  # the object name that diff-tree prints first, and the end
            continue
        *_, old_sha, new_sha, status = field.split(" ")
        path, previous = next(fields), None
        if status[0] in "RC":
            path, previous = next(fields), path
        yield STATUS[status[0]], (old_sha if status[0] == "D" else new_sha), previous, path


def _file(status: str, sha: str, previous: str | None, path: str, body: str) -> FileDiff:
    start = body.find("\n@@ ")
    patch = body[start + 1 :].removesuffix("\n") if start >= 0 else ""
    hunks = tuple(_hunks(patch)) if patch else ()
    marks = Counter(line.mark for hunk in hunks for line in hunk.lines)
    if patch.count("\n") > NO_PATCH_ABOVE:
        patch, hunks = "", ()
    return FileDiff(path, previous, status, sha, patch or None, hunks, marks["+"], marks["-"])


def _hunks(patch: str) -> Iterator[Hunk]:
    header, lines = "", list[Line]()
    old = new = 0
    for position, text in enumerate(patch.split("\n")):
        if start := HUNK.match(text):
            if lines:
                yield Hunk(header, tuple(lines))
            header, lines = text, []
            old, new = int(start[1]), int(start[2])
            continue
        mark = text[:1]
        if mark == "\\":  # "\ No newline at end of file" has a position and no number
            continue
        lines.append(Line(mark, old if mark != "+" else None, new if mark != "-" else None, text[1:], position))
        old += mark != "+"
        new += mark != "-"
    if lines:
        yield Hunk(header, tuple(lines))
