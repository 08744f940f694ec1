"""Names outside ASCII: what Elixir allows in them, which is UAX 31 in normal form C."""

import unicodedata
from typing import Final, NamedTuple

from rules.elixir.errors import Rejected

_START: Final = frozenset({"Lu", "Lt", "Ll", "Lm", "Lo", "Nl"})
_CONTINUE: Final = _START | {"Mn", "Mc", "Nd", "Pc"}
_OTHER_START: Final = frozenset("\u1885\u1886\u2118\u212e\u309b\u309c")
_OTHER_CONTINUE: Final = frozenset("\u00b7\u0387\u1369\u136a\u136b\u136c\u136d\u136e\u136f\u1370\u1371\u19da")
_SYNTAX: Final = frozenset("\u2e2f")  # a letter by category, kept for syntax by Unicode
_MICRO: Final = str.maketrans("\u00b5", "\u03bc")  # the micro sign is taken for the Greek letter
_LETTERS: Final = frozenset({"Lu", "Lt", "Ll", "Lo"})
_ANYWHERE: Final = "\u03bc"  # what the micro sign becomes
_TOGETHER: Final = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
_ASCII_LIMIT: Final = 128


class Identifier(NamedTuple):
    """A name as Elixir knows it, and where it ends in the text."""

    name: str
    end: int
    capital: bool  # begins with a capital letter, which is for aliases


def scan(text: str, start: int) -> Identifier:
    """Read the name at *start*."""
    end = start
    while end < len(text) and _continues(text[end]):
        end += 1
    if text[end : end + 1] in ("?", "!"):
        end += 1
    if not _starts(text[start]):
        raise Rejected(unexpected(text, start), start)
    if end < len(text) and ord(text[end]) >= _ASCII_LIMIT:
        raise Rejected(unexpected(text, end), end)
    name = unicodedata.normalize("NFC", text[start:end].translate(_MICRO))
    if not all(map(_is_of_one_script, name.split("_"))):
        raise Rejected(f"invalid mixed-script identifier found: {name}", start)
    return Identifier(name, end, unicodedata.category(name[0]) in ("Lu", "Lt"))


def _is_of_one_script(word: str) -> bool:
    """Tell whether the letters of *word* belong together (UTS 39); the name of a letter begins with its script."""
    letters = [char for char in word if char not in _ANYWHERE and unicodedata.category(char) in _LETTERS]
    scripts = {unicodedata.name(char, "").split(" ")[0] for char in letters}
    return len(scripts) <= 1 or any(scripts <= together for together in _TOGETHER)


def unexpected(text: str, offset: int) -> str:
    """Say that the character at *offset* can not stand there."""
    char = text[offset]
    column = offset - text.rfind("\n", 0, offset)
    shown = _NAMED.get(char, f'"{char}"')
    return f"unexpected token: {shown} (column {column}, code point U+{ord(char):04X})"


def _starts(char: str) -> bool:
    return char == "_" or char in _OTHER_START or (unicodedata.category(char) in _START and char not in _SYNTAX)


def _continues(char: str) -> bool:
    if ord(char) < _ASCII_LIMIT:
        return char.isalnum() or char in "_@"
    return _starts(char) or char in _OTHER_CONTINUE or unicodedata.category(char) in _CONTINUE


_NAMED: Final = {
    "\0": "null byte",
    "\a": "alert",
    "\b": "backspace",
    "\x7f": "delete",
    "\x1b": "escape",
    "\f": "form feed",
    "\n": "newline",
    "\r": "carriage return",
    " ": "space",
    "\t": "tab",
    "\v": "vertical tab",
}
