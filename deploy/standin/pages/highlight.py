"""Colour source code, line by line, with classes that the style sheet knows."""

from collections.abc import Sequence
from html import escape

from pygments import lex
from pygments.lexers import get_lexer_for_filename
from pygments.token import Comment, Keyword, Name, Number, String, _TokenType
from pygments.util import ClassNotFound

COLOURS = (
    (Comment, "c"),
    (String, "s"),
    (Number, "n"),
    (Keyword, "k"),
    (Name.Class, "m"),
    (Name.Function, "f"),
    (Name.Attribute, "a"),
)


def highlighted(path: str, lines: Sequence[str]) -> list[str]:
    """Write lines of a file as safe HTML; files of unknown kinds stay plain."""
    try:
        lexer = get_lexer_for_filename(path, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return [escape(line) for line in lines]
    rows = [""]
    for kind, text in lex("\n".join(lines), lexer):
        first, *rest = (_span(kind, part) for part in text.split("\n"))
        rows[-1] += first
        rows.extend(rest)
    return rows


def _span(kind: _TokenType, text: str) -> str:
    colour = next((name for base, name in COLOURS if kind[: len(base)] == base), "")
    safe = escape(text)
    return f'<span class="hl-{colour}">{safe}</span>' if colour and text else safe
