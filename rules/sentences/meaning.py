"""The grammar with the functions that its rules name."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

from rules.sentences import clauses, columns, conditions, constraints, filling, making, traits
from rules.sentences.grammar import Grammar, load
from rules.sentences.said import SAME, Every

# Rules whose parts stand one after the other, and are read by whoever is given them.
ROWS: Final = ["table_names", "placed_olds", "column_names", "olds", "parts", "new_names", "pieces_on"]
FLAT: Final = [
    "adjectives",
    "details",
    "traits",
    "pieces",
    "index_kinds",
    "foreign_pieces",
    "check_pieces",
    "exclusion_pieces",
    "settings",
    "fill",
]
METHODS: Final = ("gin", "gist", "brin", "hash", "btree", "spgist")
OTHER_NAMES: Final = {
    "renamings": "clauses",
    "groups": "clauses",
    "removals": "clauses",
    "makings": "clauses",
    "add": "told",
    "remove": "told",
    "makes": "told",
    "one_of_values": "one_of",
    "group_details": "group",
    "group_bare": "group",
    "stamp_it": "stamp",
    "make_last": "make",
    "make_from_last": "make_from",
    "make_not_last": "make_not",
    "rename_old": "renaming",
    "unique_of_two": "unique_of",
    "drop_index_called": "drop_index_named",
    "create_plain": "create",
    "index_verb": "index",
    "filled": "setting",
    "filled_from": "setting",
    "filled_from_last": "filled_last",
    "all_rows": "nothing",
    "same_piece": "told",
    "joined_detail": "told",
    "native_values_traits": "native_values",
    "index_column": "told",
    "index_call": "told",
    "rows_of": "rows",
    "table_column": "refers_column",
    "nothing_piece": "nothing",
    "fill_first": "fill",
    "several_values": "values_list",
    "rails_columns": "columns",
    "must": "told",
    "column_made": "columns_made",
    "table_renamings": "clauses",
    "dependents_cascade": "told",
    "owned_tables": "told",
    "deletion": "dependents",
    "deletion_too": "dependents",
}


@cache
def grammar() -> Grammar:
    """Return the grammar of sentences; it is loaded once."""
    functions: dict[str, Any] = {}
    for module in (conditions, traits, columns, clauses, making, constraints, filling):
        functions |= vars(module)
    functions |= _constants(conditions.TAILS.items())
    functions |= _constants(conditions.OPERATORS.items())
    functions |= _constants(conditions.OPERANDS.items())
    functions |= _constants(traits.VALUES.items())
    functions |= _constants(traits.TRAITS.items())
    functions |= _constants(traits.ACTIONS.items())
    functions |= _constants((method, method) for method in METHODS)
    functions |= {name: constraints.piece(field) for name, field in constraints.PIECES.items()}
    functions |= {"same": lambda: SAME, "every": Every, "equals": lambda: "=", "overlaps": lambda: "&&"}
    functions |= dict.fromkeys(ROWS, clauses.names)
    functions["columns_made"] = lambda *parts: (columns.column(*parts),)
    functions |= dict.fromkeys(FLAT, traits.several)
    functions |= {name: functions[other] for name, other in OTHER_NAMES.items()}
    return load(functions)


def _constants(values: Iterable[tuple[str, Any]]) -> dict[str, Callable[..., Any]]:
    """Return functions of nothing that give *values*."""
    return {name: _constant(value) for name, value in values}


def _constant(value: Any) -> Callable[..., Any]:
    return lambda *_: value
