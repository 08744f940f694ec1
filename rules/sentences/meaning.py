"""The grammar with the functions that its rules name."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from rules.sentences import clauses, columns, conditions, constraints, filling, making, traits
from rules.sentences.grammar import Grammar, load
from rules.sentences.said import IT, SAME, Every

METHODS: Final = ("gin", "gist", "brin", "hash", "btree", "spgist")
# What comes to the same as another function does with its first two parts the other way round.
TURNED: Final = {
    "allow_more": "add_values",
    "check_not": "make_not",
    "default_value": "default_of",
    "deletion_last": "dependents",
    "deletion_to": "deletion_of",
    "give": "group",
    "make_first": "make",
    "relax_of": "relax",
    "remove_from": "removal",
    "rows_after": "rows",
    "tighten_of": "tighten",
    "typed_noun": "noun_typed",
}


@cache
def grammar() -> Grammar:
    """Return the grammar of sentences; it is loaded once."""
    constants = {
        **conditions.TAILS,
        **conditions.OPERATORS,
        **conditions.OPERANDS,
        **traits.VALUES,
        **traits.TRAITS,
        **traits.ACTIONS,
        **{method: method for method in METHODS},
        "same": SAME,
        "it_alone": (IT,),
        "equals": "=",
        "overlaps": "&&",
    }
    functions: dict[str, Any] = {"every": Every}
    for module in (conditions, traits, columns, clauses, making, constraints, filling):
        functions |= vars(module)
    functions |= {name: _constant(value) for name, value in constants.items()}
    functions |= {name: constraints.piece(field) for name, field in constraints.PIECES.items()}
    functions |= {name: _turned(functions[other]) for name, other in TURNED.items()}
    return load(functions)


def _constant(value: Any) -> Callable[..., Any]:
    return lambda *_: value


def _turned(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda first, second, *rest: function(second, first, *rest)
