"""Finds the command in a comment, as its reader sees it."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from lark import Lark

LONGEST: Final = 65_536  # characters of a comment, says GitHub; more was not written there
BECAUSE: Final = frozenset({"because", "because:", "—", "--"})


@dataclass(frozen=True, slots=True)
class Spoken:
    """A command as it was written: *name* is empty for `/ecto-fix` alone, *reason* is what follows `because`."""

    name: str
    arguments: tuple[str, ...] = ()
    reason: str = ""


def spoken(comment: str) -> Spoken | None:
    """Return the first command in *comment*; None where there is none, or only a quoted one."""
    if len(comment) > LONGEST:
        return None
    for command in _parser().parse(comment).find_data("command"):
        words = [str(word) for word in command.children]
        said = next((number for number, word in enumerate(words) if word.lower() in BECAUSE), len(words))
        name, *arguments = [*words[:said], ""] if said == 0 else words[:said]
        return Spoken(name.lower(), tuple(arguments), " ".join(words[said + 1 :]))
    return None


@cache
def _parser() -> Lark:
    return Lark.open("command.lark", rel_to=__file__, parser="lalr", lexer="contextual")
