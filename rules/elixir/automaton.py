"""The LALR(1) automaton of grammar.lark: its tables, and the loop that runs tokens through them.

The tables lie beside the grammar (grammar.json) because they take 0.2 s to compute and a few milliseconds to load; a
test says when they are older than the grammar.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from typing import Any, Final, TypeAlias

from rules.elixir.syntax import Node, Token

END: Final = "$END"

Item: TypeAlias = Token | Node
# What to do when a symbol comes: go to another state, or reduce: (how many values, to what, by what function).
State: TypeAlias = dict[str, Any]


class Unexpected(Exception):  # noqa: N818  # the parser decides whether it is an error or something to recover from
    """A token that cannot come where it came; *index* is its place among the tokens."""

    def __init__(self, token: Item, index: int, expected: frozenset[str]) -> None:
        super().__init__(token.kind)
        self.token = token
        self.index = index
        self.expected = expected


def link(functions: Mapping[str, Callable[..., Any]]) -> State:
    """Load the tables, give each reduction its function, and return the state to start in."""
    tables = json.loads(files("rules.elixir").joinpath("grammar.json").read_text("utf-8"))
    rules = [
        (size, origin, None if function is None else functions[function]) for origin, size, function in tables["rules"]
    ]
    states: list[State] = [{} for _ in tables["states"]]
    for state, row in zip(states, tables["states"], strict=True):
        for symbol, number in row.items():
            state[symbol] = states[number] if number >= 0 else rules[-1 - number]
    return states[0]


class Automaton:
    """A run of the automaton: the states it went through, and what was built on the way."""

    __slots__ = ("states", "values")

    def __init__(self, start: State) -> None:
        self.states: list[State] = [start]
        self.values: list[Any] = []

    def run(self, tokens: Sequence[Item], index: int = 0) -> None:
        """Feed *tokens* from *index* on; raise Unexpected at one that cannot come."""
        states, values = self.states, self.values
        state = states[-1]
        for token in tokens[index:] if index else tokens:
            kind = token.kind
            action = state.get(kind)
            while type(action) is tuple:
                size, origin, function = action
                if function is None:
                    states.pop()
                elif size:
                    values[-size:] = (function(*values[-size:]),)
                    del states[-size:]
                else:
                    values.append(function())
                state = states[-1][origin]
                states.append(state)
                action = state.get(kind)
            if action is None:
                raise Unexpected(token, tokens.index(token), self.expected())
            state = action
            states.append(state)
            values.append(token)

    def expected(self) -> frozenset[str]:
        """Name the terminals that could come now."""
        return frozenset(symbol for symbol in self.states[-1] if not symbol.islower())
