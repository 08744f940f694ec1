"""Finds the command in a comment, as its reader sees it."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from lark import Lark

LONGEST: Final = 65_536  # characters of a comment, says GitHub; more was not written there


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command as it was written: *name* is empty for `/ecto-fix` alone."""

    name: str
    arguments: tuple[str, ...] = ()


def spoken(comment: str) -> Spoken | None:
    """Return the first command in *comment*; None where there is none, or only a quoted one."""
    if len(comment) > LONGEST:
        return None
    for command in _parser().parse(comment).find_data("command"):
        words = [str(word) for word in command.children]
        return Spoken(words[0].lower() if words else "", tuple(words[1:]))
    return None


@cache
def _parser() -> Lark:
    return Lark.open("command.lark", rel_to=__file__, parser="lalr", lexer="contextual")
