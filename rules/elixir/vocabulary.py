"""What the words and marks of Elixir look like, and which terminals of grammar.lark they are.

Repetitions are possessive (`*+`), so that no input makes an expression walk back over what it took.
"""

import re
from collections.abc import Iterable
from typing import Final

from rules.elixir.quotes import BIDIRECTIONAL

# Operators by terminal; `+`, `-`, `..` and `//` may turn out to be a prefix or a value.
OPERATORS: Final = {
    operator: terminal
    for terminal, operators in {
        "BINARY": r"=== !== &&& ||| ^^^ +++ --- <<< >>> ~>> <<~ <~> <|> // ** .. ++ -- <> |> ~> <~ == =~ != <= >= && ||"
        r" <- \\ :: < > + - * / =",
        "PREFIX": "~~~ ! ^ &",
        "AT": "@",
        "PIPE": "|",
        "ARROW": "->",
        "ASSOC": "=>",
    }.items()
    for operator in operators.split()
}
BRACKETS: Final = {
    "(": "LPAR",
    "[": "LSQB",
    "{": "LBRACE",
    "<<": "OPEN_BITS",
    "fn": "FN",
    "do": "DO",
    ")": "RPAR",
    "]": "RSQB",
    "}": "RBRACE",
    ">>": "CLOSE_BITS",
    "end": "END",
}
CLOSED_BY: Final = {"(": ")", "[": "]", "{": "}", "<<": ">>", "fn": "end", "do": "end"}
OPENERS: Final = frozenset(BRACKETS[text] for text in CLOSED_BY)
CLOSERS: Final = frozenset(BRACKETS[text] for text in CLOSED_BY.values())

# After these a line break ends nothing.
OPEN_ENDED: Final = OPENERS | {
    "BINARY",
    "WHEN",
    "PIPE",
    "PREFIX",
    "AT",
    "COMMA",
    "ARROW",
    "ASSOC",
    "KEYWORD",
    "INTERPOLATED_KEYWORD",
    "MAP",
    "BLOCK",
    "SEPARATOR",
}
# After these an operator is binary.
OPERANDS: Final = CLOSERS | {
    "LITERAL",
    "INTERPOLATED",
    "IDENTIFIER",
    "DO_IDENTIFIER",
    "BRACKET_IDENTIFIER",
    "PAREN_IDENTIFIER",
    "OP_IDENTIFIER",
    "ALIAS",
}
# What a name is by the character after it.
NAME_BEFORE: Final = {"(": "PAREN_IDENTIFIER", "[": "BRACKET_IDENTIFIER"}
SPACE: Final = frozenset(" \t\r\n")
UNUSUAL_AFTER_NAME: Final = frozenset({"", ":", "@"})
NOT_AFTER_SIGN: Final = frozenset({"", *" \t\r\n([<{%+-/>:"})  # after these a sign is no prefix of an argument
SIGIL_DELIMITERS: Final = frozenset("/<\"'[({|")
WORD_START: Final = frozenset("abcdefghijklmnopqrstuvwxyz_")


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


_CONTAINERS: Final = {"..//", "<<>>", "%{}", "...", "{}", "%", "."}
_NAMES: Final = OPERATORS.keys() - {"=>", "//"}  # what may be an atom, a key, or a name as in `+/2`
MASTER: Final = re.compile(
    rf"""[ \t]*+(?:
      (?P<name>[a-z_][A-Za-z0-9_]*+[?!]?+)
    | (?P<line_breaks>(?:\r?\n[ \t]*+)++)
    | (?P<comma>,)
    | (?P<opening>[(\[]|{{(?!}}:[ \t\r\n])|<<(?!<|~|>>:[ \t\r\n]))
    | (?P<closing_bracket>[)\]}}]|>>(?!>))
    | (?P<atom>:[A-Za-z_][A-Za-z0-9_@]*+[?!]?+)
    | (?P<plain_string>"(?!"")[^"\\\#{BIDIRECTIONAL}]*+")
    | (?P<alias>[A-Z][A-Za-z0-9_]*+[?!]?+)
    | (?P<comment>\#[^\n]*+)
    | (?P<number>[0-9])
    | (?P<quote>["'])
    | (?P<char>\?(?:\\.|.))
    | (?P<sigil>~(?:[a-z]|[A-Z][A-Z0-9]*+))
    | (?P<quoted_atom>:["'])
    | (?P<operator_key>(?:{_any_of(_NAMES | _CONTAINERS)}):(?=[ \t\r\n]))
    | (?P<operator_atom>:(?::(?=:)|{_any_of(_NAMES - {"::"} | _CONTAINERS)}))
    | (?P<ellipsis>\.\.\.)
    | (?P<step_name>\.\.//)
    | (?P<operator_name>(?:{_any_of(_NAMES - {"&"})}|&(?![ \t]*+/[ \t]*+/))(?=[ \t]*+/)(?<!/(?=/)))
    | (?P<conflict><<<(?=<<<<))
    | (?P<operator>{_any_of(OPERATORS)})
    | (?P<semicolon>;)
    | (?P<dot>\.)
    | (?P<percent>%)
    | (?P<continued_line>\\\r?\n[ \t]*+)
    | (?P<other>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
NUMBER: Final = re.compile(
    r"0x[0-9a-fA-F](?:_?[0-9a-fA-F])*+|0b[01](?:_?[01])*+|0o[0-7](?:_?[0-7])*+"
    r"|[0-9](?:_?[0-9])*+(?P<float>\.[0-9](?:_?[0-9])*+(?:[eE][+-]?[0-9](?:_?[0-9])*+)?)?"
)
AFTER_DOT: Final = re.compile(rf"[a-z_][A-Za-z0-9_]*+[?!]?+|(?:{_any_of(_NAMES - {'->'} | {'...'})})")
GAP: Final = re.compile(r"(?:[ \t]++|\r?\n|\#[^\n]*+)*+")
SLASH: Final = re.compile(r"[ \t]*+/")
STRAY: Final = re.compile(r"\w++|.", re.DOTALL)  # what is skipped where nothing can be read
