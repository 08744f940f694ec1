r"""Elixir's columns: within quotes it counts grapheme clusters, not characters, and an escaped `\#{` as one.

Elsewhere a column is the offset in the line.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Final

from rules.elixir.syntax import Atom, Call, Charlist, Fragment, List, String, Syntax, children, walk
from rules.source import SourceFile

_ESCAPE: Final = re.compile(r"\\(?:#\{|.)", re.DOTALL)
_ZERO_WIDTH_JOINER: Final = "\u200d"
_EXTENDING: Final = frozenset({"Mn", "Me", "Mc"})
_OTHER_EXTENDING: Final = frozenset("\u200c\u200d\uff9e\uff9f") | {chr(code) for code in range(0x1F3FB, 0x1F400)}
_TAGS: Final = range(0xE0020, 0xE0080)
_REGIONAL: Final = range(0x1F1E6, 0x1F200)
_PICTOGRAPHS: Final = range(0x1F000, 0x1FB00)


class Columns:
    """Tells the line and column that Elixir gives to an offset of one source."""

    def __init__(self, tree: Syntax, source: SourceFile) -> None:
        self.source = source
        found = sorted({place for node in walk(tree) for place in _shrinkings(node, source.text)})
        self._offsets = [offset for offset, _ in found]
        self._totals = [0, *accumulate(count for _, count in found)]

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and column of *offset*, counted from 1."""
        source = self.source
        line = source.line_at(offset)
        start = source.line_start(line)
        column = offset - start + 1
        if self._offsets:
            column -= self._total(offset) - self._total(start)
        return line, column

    def _total(self, offset: int) -> int:
        return self._totals[bisect_right(self._offsets, offset)]


def _shrinkings(node: Syntax, text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets in the quotes of *node* after which columns are smaller, and by how much."""
    if isinstance(node, String | Charlist | Atom):
        start, end = node.inner[0] if node.inner else (node.start, node.end)
        raw = text[start:end]
        quotes = 0 if isinstance(node, Fragment) else max(raw.find('"', 0, 2), raw.find("'", 0, 2)) + 1
        if not raw.isascii() and (quotes or isinstance(node, Fragment)):
            yield from ((start + quotes + offset + 1, 1) for offset in _continuations(raw[quotes:]))
        if quotes:
            yield from _escaped_interpolations(raw, start)
    elif _holds_interpolating_text(node):
        for part in children(node):
            if isinstance(part, Fragment):
                yield from _escaped_interpolations(text[part.start : part.end], part.start)


def _holds_interpolating_text(node: Syntax) -> bool:
    """Tell whether *node* holds fragments in which `#{` would interpolate, which it does not in `~S`."""
    if not isinstance(node, Call | List):
        return False
    token = node.name_token if isinstance(node, Call) else None
    return token is None or token.kind != "SIGIL" or token.text.islower()


def _escaped_interpolations(raw: str, start: int) -> Iterator[tuple[int, int]]:
    for found in _ESCAPE.finditer(raw):
        if len(found[0]) > 2:  # noqa: PLR2004  # a backslash and one other character
            yield start + found.end(), 2


def _continuations(raw: str) -> Iterator[int]:
    """Yield the offsets of the characters that belong to the grapheme cluster before them (UAX 29)."""
    regional = 0
    base = ""
    for offset, (before, char) in enumerate(pairwise(raw), start=1):
        regional = regional + 1 if ord(before) in _REGIONAL else 0
        if not _extends(before):
            base = before
        if char < "\u0300":
            continue
        if (
            (_extends(char) and before not in "\r\n")
            or (before == _ZERO_WIDTH_JOINER and _is_pictograph(char) and _is_pictograph(base))
            or (ord(char) in _REGIONAL and regional % 2)
            or _hangul_joins(before, char)
        ):
            yield offset


def _extends(char: str) -> bool:
    return char in _OTHER_EXTENDING or unicodedata.category(char) in _EXTENDING or ord(char) in _TAGS


def _is_pictograph(char: str) -> bool:
    return unicodedata.category(char) == "So" or ord(char) in _PICTOGRAPHS


def _hangul_joins(before: str, char: str) -> bool:
    left, right = _hangul(before), _hangul(char)
    return (
        (left == "L" and right in ("L", "V", "LV", "LVT"))
        or (left in ("V", "LV") and right in ("V", "T"))
        or (left in ("T", "LVT") and right == "T")
    )


def _hangul(char: str) -> str:
    """Return the kind of a Hangul letter or syllable, or nothing."""
    code = ord(char)
    if 0xAC00 <= code <= 0xD7A3:  # noqa: PLR2004  # the precomposed syllables; each 28th has no final consonant
        return "LVT" if (code - 0xAC00) % 28 else "LV"
    for kind, ranges in _JAMO.items():
        if any(code in span for span in ranges):
            return kind
    return ""


_JAMO: Final = {
    "L": (range(0x1100, 0x1160), range(0xA960, 0xA97D)),
    "V": (range(0x1160, 0x11A8), range(0xD7B0, 0xD7C7)),
    "T": (range(0x11A8, 0x1200), range(0xD7CB, 0xD7FC)),
}
