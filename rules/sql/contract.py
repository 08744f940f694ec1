"""What CREATE OR REPLACE must leave of a function as it was, or PostgreSQL refuses it."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Final, TypeAlias

import pgparse

from rules.sql.types import type_of

Named: TypeAlias = tuple[str, str]  # a parameter and its type
GIVEN: Final = frozenset({"FUNC_PARAM_IN", "FUNC_PARAM_INOUT", "FUNC_PARAM_VARIADIC", "FUNC_PARAM_DEFAULT"})
RETURNED: Final = frozenset({"FUNC_PARAM_OUT", "FUNC_PARAM_INOUT", "FUNC_PARAM_TABLE"})


@dataclass(frozen=True, slots=True)
class Contract:
    """What a function returns, the names of its arguments, and how many of them may be left out."""

    returns: str
    is_set: bool
    row: tuple[Named, ...]
    names: tuple[str, ...]
    defaults: int

    def keeps(self, old: "Contract") -> bool:
        """Tell whether a function of this contract may replace one of the contract *old*."""
        is_same = (self.returns, self.is_set, self.row) == (old.returns, old.is_set, old.row)
        named = all(not before or before == after for before, after in zip_longest(old.names, self.names))
        return is_same and named and self.defaults >= old.defaults


def contract(sql: str) -> Contract | None:
    """Return the contract of the function that a statement creates; None where it cannot be read."""
    try:
        tree = pgparse.parse(sql)[0]["stmt"]["CreateFunctionStmt"]
    except (pgparse.PGQueryError, LookupError, RecursionError, UnicodeError):
        return None
    parameters = [one["FunctionParameter"] for one in tree.get("parameters", ())]
    given = [one for one in parameters if one.get("mode") in GIVEN]
    returned = [one for one in parameters if one.get("mode") in RETURNED]
    return Contract(
        type_of(tree.get("returnType")),
        tree.get("returnType", {}).get("setof", False),
        tuple((one.get("name", ""), type_of(one["argType"])) for one in returned),
        tuple(one.get("name", "") for one in given),
        sum("defexpr" in one for one in given),
    )
