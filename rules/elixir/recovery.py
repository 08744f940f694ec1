"""How to go on after a statement that cannot be read: where it begins and ends among the tokens."""

from collections.abc import Sequence
from typing import Final

from rules.elixir.automaton import END, Item
from rules.elixir.vocabulary import CLOSERS, OPENERS

_BLOCKS: Final = frozenset({"DO", "FN"})
_BEFORE_STATEMENT: Final = frozenset({"SEPARATOR", "ARROW", "BLOCK"})
_AFTER_STATEMENT: Final = frozenset({"SEPARATOR", "BLOCK", END})


def broken_statement(tokens: Sequence[Item], index: int) -> tuple[int, int]:
    """Return where the statement around the token at *index* begins and ends; it holds more than an Error."""
    start, open_brackets = _start(tokens, index)
    stop = index
    while not (open_brackets == 0 and _ends_before(tokens[stop].kind)) and tokens[stop].kind != END:
        kind = tokens[stop].kind
        open_brackets += (kind in OPENERS) - (kind in CLOSERS)
        stop += 1
    return start, max(stop, start + 1 + (tokens[start].kind == "ERROR"))


def _start(tokens: Sequence[Item], index: int) -> tuple[int, int]:
    """Walk back to where the statement begins; return that and the brackets open between it and *index*."""
    closed = open_brackets = 0
    for position in range(index - 1, -1, -1):
        kind = tokens[position].kind
        if kind in CLOSERS:
            closed += 1
        elif kind in OPENERS and closed:
            closed -= 1
        elif not closed and (kind in _BLOCKS or kind in _BEFORE_STATEMENT):
            return position + 1, open_brackets
        elif kind in OPENERS:
            open_brackets += 1
    return 0, open_brackets


def _ends_before(kind: str) -> bool:
    return kind in _AFTER_STATEMENT or kind in CLOSERS
