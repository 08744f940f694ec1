"""Where the tokens of a text of SQL stand: enough to cut it into statements and to find the end of an expression."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# Letters and digits as PostgreSQL sees them: all that is no other ASCII character. A class that names the others by
# their range takes longer to compile than all the rest.
LETTER: Final = r"[^\x00-\x40\x5b-\x5e\x60\x7b-\x7f]"
LETTER_OR_DIGIT: Final = r"[^\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]"
TOKEN: Final = re.compile(
    rf"""
      (?P<space>\s+|--[^\n]*)
    | (?P<comment>/\*)
    | (?P<escape>[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z))
    | (?P<text>'(?:[^']|'')*(?:'|\Z))
    | (?P<name>"(?:[^"]|"")*(?:"|\Z))
    | (?P<dollar>\$(?:{LETTER}{LETTER_OR_DIGIT}*)?\$)
    | (?P<word>{LETTER}[\w$]*)
    | (?P<number>\d[\w.]*)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
COMMENT_EDGE: Final = re.compile(r"/\*|\*/")


@dataclass(frozen=True, slots=True)
class Token:
    """A token's kind (text, name, word, number, mark) and place."""

    kind: str
    start: int
    end: int


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens of *text* from *start* on; spaces and comments are left out, an unclosed quote ends the text."""
    position = start
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            return
        kind, end = match.lastgroup, match.end()
        if kind == "comment":
            position = _after_comment(text, position)
            continue
        if kind == "dollar":
            closing = text.find(match.group(), end)
            kind, end = "text", len(text) if closing < 0 else closing + len(match.group())
        if kind != "space":
            yield Token("text" if kind == "escape" else kind, position, end)
        position = end


def _after_comment(text: str, start: int) -> int:
    depth = 0  # PostgreSQL's comments nest
    for edge in COMMENT_EDGE.finditer(text, start):
        depth += 1 if edge.group() == "/*" else -1
        if depth == 0:
            return edge.end()
    return len(text)


def statements(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of the statements between semicolons; empty ones are left out."""
    first: int | None = None
    last = 0
    for token in tokens(text):
        if text[token.start : token.end] == ";" and token.kind == "mark":
            if first is not None:
                yield first, last
            first = None
            continue
        first = token.start if first is None else first
        last = token.end
    if first is not None:
        yield first, last


def expression(text: str, start: int, stop: int) -> str:
    """Return the expression that begins at *start*: up to a comma or parenthesis that closes around it, or *stop*."""
    depth = 0
    end = start
    for token in tokens(text, start):
        mark = text[token.start : token.end] if token.kind == "mark" else ""
        depth += (mark in {"(", "["}) - (mark in {")", "]"})
        if token.start >= stop or depth < 0 or (depth == 0 and mark in {",", ";"}):
            break
        end = token.end
    return text[start:end].strip()
