"""The LALR(1) automaton of grammar.lark: its tables, and the loop that runs tokens through them.

The tables lie beside the grammar (grammar.json) because they take 0.2 s to compute and a few milliseconds to load; a
test says when they are older than the grammar.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from pkgutil import get_data
from typing import Any, Final, TypeAlias

from rules.elixir.errors import Broken, Rejected
from rules.elixir.messages import words
from rules.elixir.syntax import Keyword, Node, Token
from rules.elixir.vocabulary import CLOSERS, OPERANDS

END: Final = "$END"

Item: TypeAlias = Token | Node
# What to do when a symbol comes: go to another state, or reduce: (how many values, to what, by what function).
State: TypeAlias = dict[str, Any]


def link(functions: Mapping[str, Callable[..., Any]]) -> State:
    """Load the tables, give each reduction its function, and return the state to start in."""
    tables = json.loads(get_data("rules.elixir", "grammar.json") or b"")
    rules = [
        (size, origin, None if function is None else functions[function]) for origin, size, function in tables["rules"]
    ]
    states: list[State] = [{} for _ in tables["states"]]
    for state, row in zip(states, tables["states"], strict=True):
        for symbol, number in row.items():
            state[symbol] = states[number] if number >= 0 else rules[-1 - number]
    renaming = {id(state): renamed for state in states if (renamed := _renames(state)) is not None}
    for state in states:
        _shorten(state, renaming)
    return states[0]


def _shorten(state: State, renaming: Mapping[int, str]) -> None:
    """Go at once where renaming a single part would lead: a literal that is a primary that is what a dot may follow."""
    for symbol, target in state.items():
        following = target
        while (renamed := renaming.get(id(following))) is not None:
            following = state[renamed]
        state[symbol] = following


def _renames(state: State) -> str | None:
    """Return what *state* makes of its one part whatever comes, if it does nothing else."""
    actions = {id(action): action for action in state.values()}
    only = actions.popitem()[1] if len(actions) == 1 else None
    return only[1] if type(only) is tuple and only[2] is None else None


class Automaton:
    """A run of the automaton: the states it went through, and what was built on the way."""

    __slots__ = ("states", "values")

    def __init__(self, start: State) -> None:
        self.states: list[State] = [start]
        self.values: list[Any] = []

    def run(self, tokens: Sequence[Item], index: int = 0) -> None:
        """Feed *tokens* from *index* on; raise Broken at one that cannot come."""
        states, values = self.states, self.values
        state = states[-1]
        token: Item
        try:
            for token in tokens[index:] if index else tokens:
                kind = token.kind
                action = state.get(kind)
                while type(action) is tuple:
                    size, origin, function = action
                    if function is None:
                        states[-1] = state = states[-2][origin]
                    else:
                        if size:
                            values[-size:] = (function(*values[-size:]),)
                            del states[-size:]
                        else:
                            values.append(function())
                        state = states[-1][origin]
                        states.append(state)
                    action = state.get(kind)
                if action is None:
                    raise self._unexpected(tokens, tokens.index(token))
                state = action
                states.append(state)
                values.append(token)
        except Rejected as rejected:
            raise Broken(rejected.message, rejected.offset, tokens.index(token)) from None

    def _unexpected(self, tokens: Sequence[Item], index: int) -> Rejected:
        """Say in Elixir's words that a token cannot come; a line break may stand before what closes."""
        token = tokens[index]
        if token.kind == "SEPARATOR" and not CLOSERS.isdisjoint(self.states[-1]):
            token = tokens[index + 1]
        named = words(token)
        if isinstance(token, Keyword) and index and tokens[index - 1].kind in OPERANDS:
            named = f"'{token.name}:'"
        return Rejected(f"syntax error before: {named}", token.start)

    def back_to(self, value: Item | None) -> None:
        """Forget what came after *value*, or everything."""
        while self.values and self.values[-1] is not value:
            self.values.pop()
            self.states.pop()
