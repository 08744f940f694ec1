r"""What `\n`, `\x41` and `\u{e9}` stand for in strings and sigils, as elixir_interpolation.erl reads them."""

import re
from typing import Final

SIMPLE: Final = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "d": "\x7f",
    "e": "\x1b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "s": " ",
    "t": "\t",
    "v": "\v",
}
_ESCAPE: Final = re.compile(
    r"\\(?:x([0-9a-fA-F]{2}|[0-9a-fA-F]|\{[0-9a-fA-F]{1,6}\})|u([0-9a-fA-F]{4}|\{[0-9a-fA-F]{1,6}\})|(\r?\n|.))",
    re.DOTALL,
)
_BYTE_DIGITS: Final = 2


class InvalidEscape(Exception):  # strings.py knows where, and makes it an error
    """An escape that Elixir refuses, in Elixir's words."""


def unescape(raw: str) -> str | bytes:
    """Return what *raw* stands for: text, or bytes if it is not valid UTF-8."""
    if "\\" not in raw:
        return raw
    made = bytearray()
    position = 0
    for found in _ESCAPE.finditer(raw):
        made += raw[position : found.start()].encode()
        made += _bytes(found)
        position = found.end()
    made += raw[position:].encode()
    return decoded(bytes(made))


def decoded(raw: bytes) -> str | bytes:
    """Return *raw* as text where it is UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw


def _bytes(found: re.Match[str]) -> bytes:
    hexadecimal, unicode, char = found.groups()
    if hexadecimal:
        if len(hexadecimal) == _BYTE_DIGITS:
            return bytes([int(hexadecimal, 16)])
        return _code_point(hexadecimal.strip("{}"))
    if unicode:
        return _code_point(unicode.strip("{}"))
    if char == "x":
        raise InvalidEscape(
            "invalid hex escape character, expected \\xHH where H is a hexadecimal digit. Syntax error after: \\x"
        )
    if char == "u":
        raise InvalidEscape(
            "invalid Unicode escape character, expected \\uHHHH or \\u{H*} where H is a hexadecimal digit. "
            "Syntax error after: \\u"
        )
    return b"" if char.endswith("\n") else SIMPLE.get(char, char).encode()


def _code_point(digits: str) -> bytes:
    try:
        return chr(int(digits, 16)).encode()
    except (ValueError, OverflowError):
        raise InvalidEscape(
            f"invalid or reserved Unicode code point \\u{{{digits}}}. Syntax error after: \\u"
        ) from None
