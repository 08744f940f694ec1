"""Text as Elixir keeps it: escapes of sigils, binaries that may be no text."""

import re
from typing import Final

from rules.ecto.values import Value

ESCAPE: Final = re.compile(
    r"\\(x[0-9A-Fa-f]{1,2}|x\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]+\}|\r?\n|.)", re.DOTALL
)
NAMED: Final = {
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


def unescape(raw: str) -> str:
    r"""Resolve the escapes of a lower-case sigil: `\n`, `\x41`, `\u{1F600}`, an escaped line break."""
    return ESCAPE.sub(_escaped, raw) if "\\" in raw else raw


def _escaped(match: re.Match[str]) -> str:
    escape = match[1]
    if escape[0] in "xu" and len(escape) > 1:
        return chr(int(escape[1:].strip("{}"), 16))
    if escape in {"\n", "\r\n"}:
        return ""
    return NAMED.get(escape, escape)


def decoded(raw: bytes) -> Value:
    """Return *raw* as text where it is UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw
