"""A rewrite as GitHub's suggestion: lines that a click replaces, exactly as the rewrite would."""

from dataclasses import dataclass
from typing import Final

from rules.rewrite.edit import Edit, Rewrite, apply
from rules.source import SourceFile
from workers.review.diff import Hunk
from workers.review.markdown import is_visible

MOST_LINES: Final = 40  # of a range to be replaced; a longer one hides more than it shows
LONGEST: Final = 20_000  # characters; a comment has room for 65,536
LONGEST_FILE: Final = 100_000  # characters; each suggestion is proven by reading its whole file once more


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Replace lines *first* to *last*, both included, by *text*, which ends with a line break or is empty."""

    first: int
    last: int
    text: str


def suggestion(rewrite: Rewrite, source: SourceFile, hunks: tuple[Hunk, ...]) -> Suggestion | None:
    """Return *rewrite* as a suggestion, or None where a click would do something else, or only half of it.

    GitHub writes LF when it applies a suggestion, takes only lines of one hunk, and knows no second file.
    """
    if not rewrite.edits or rewrite.follow_ups or "\r" in source.text or len(source.text) > LONGEST_FILE:
        return None
    found = _replacement(rewrite, source)
    if found is None or found.last - found.first >= MOST_LINES or len(found.text) > LONGEST:
        return None
    if not is_visible(found.text):
        return None
    return found if any(hunk.holds(found.first, found.last) for hunk in hunks) else None


def applied(suggestion: Suggestion, source: SourceFile) -> SourceFile:
    """Return *source* as GitHub leaves it after a click."""
    start, end = source.line_start(suggestion.first), _end_of(suggestion.last, source)
    return SourceFile(source.path, source.text[:start] + suggestion.text + source.text[end:])


def _replacement(rewrite: Rewrite, source: SourceFile) -> Suggestion | None:
    """Return the lines that *rewrite* touches as it leaves them, or None if it leaves them as they were."""
    after = apply(rewrite.edits, source).text
    first, last = _lines(rewrite.edits, source)
    start = source.line_start(first)

    def text() -> str:
        return after[start : len(after) - (len(source.text) - _end_of(last, source))]

    while text() and not text().endswith("\n") and last < source.lines:
        last += 1  # the line break went: the next line is part of it
    is_change = text() != source.text[start : _end_of(last, source)]
    return Suggestion(first, last, text()) if is_change else None


def _lines(edits: tuple[Edit, ...], source: SourceFile) -> tuple[int, int]:
    """Return the first and last line that *edits* touch; what is put behind the last line touches that."""
    last = max(max(edit.span.end - 1, edit.span.start) for edit in edits)
    return (
        min(source.line_at(edits[0].span.start), source.lines),
        min(source.line_at(last), source.lines),
    )


def _end_of(line: int, source: SourceFile) -> int:
    """Return the offset behind *line* and its line break."""
    return source.line_start(line + 1) if line < source.lines else len(source.text)
