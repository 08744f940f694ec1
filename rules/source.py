"""Text, and places in it."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Final

LINE_LENGTH: Final = 98  # columns; the default of Elixir's formatter
LINE_BREAK: Final = re.compile("\n")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of offsets into a text, counted in characters; an empty one is a place to insert."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span does not run backwards: {self.start}..{self.end}")

    def covers(self, other: "Span") -> bool:
        """Tell whether *other* lies within this span."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Tell whether the two share a character, or are the same place to insert."""
        return self == other or (self.start < other.end and other.start < self.end)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a repository: its path from the root with `/`, and its text."""

    path: str
    text: str
    line_length: int = field(default=LINE_LENGTH, repr=False, compare=False)  # columns, as its project formats it
    _lines: list[int] = field(init=False, repr=False, compare=False, default_factory=list)  # where each begins

    def __getitem__(self, span: Span) -> str:
        return self.text[span.start : span.end]

    @property
    def _line_starts(self) -> list[int]:
        # Counted when first asked for: a file that is refused for its size never is.
        if not self._lines:
            self._lines.append(0)
            self._lines.extend(match.end() for match in LINE_BREAK.finditer(self.text))
        return self._lines

    def line_at(self, offset: int) -> int:
        """Return the line, counted from 1, that holds *offset*."""
        return bisect_right(self._line_starts, offset)

    def lines_of(self, span: Span) -> tuple[int, int]:
        """Return the first and the last line of *span*, counted from 1; an empty one has the line where it stands."""
        return self.line_at(span.start), self.line_at(max(span.start, span.end - 1))

    def column_at(self, offset: int) -> int:
        """Return the column of *offset* in its line, counted from 1."""
        return offset - self._line_starts[self.line_at(offset) - 1] + 1

    def line_start(self, line: int) -> int:
        """Return the offset of the first character of *line*, counted from 1."""
        return self._line_starts[line - 1]

    def line_text(self, line: int) -> str:
        """Return *line* without its line break."""
        end = self._line_starts[line] if line < len(self._line_starts) else len(self.text)
        return self.text[self._line_starts[line - 1] : end].rstrip("\r\n")

    @property
    def lines(self) -> int:
        """The number of lines; text after the last line break counts as one."""
        return len(self._line_starts) - (self.text == "" or self.text.endswith("\n"))


@dataclass(frozen=True, slots=True)
class Change:
    """A pull request, as far as the rules can see it."""

    merged: tuple[SourceFile, ...]  # migrations already on the base branch, oldest first
    proposed: tuple[SourceFile, ...]  # what this pull request adds or edits
    project: tuple[SourceFile, ...] = ()  # config/*.exs, mix.exs, mix.lock, repo modules: read, never run
    replaced: tuple[SourceFile, ...] = ()  # what the base branch has of those that are edited or renamed
    removed: frozenset[str] = frozenset()  # paths among *merged* that this pull request deletes
    running: tuple[SourceFile, ...] = ()  # modules of the application on the base branch: they run meanwhile
    coming: tuple[SourceFile, ...] = ()  # the same as this pull request leaves them
    beside: tuple[SourceFile, ...] = ()  # migrations of other folders that run on the same database
    dumps: tuple[SourceFile, ...] | None = None  # each structure.sql as the base branch has it; None: as in *project*

    @property
    def sources(self) -> dict[str, SourceFile]:
        """The proposed files by their paths."""
        return {file.path: file for file in self.proposed}
