"""Whether two texts of SQL are one to PostgreSQL, which keeps trees, and prints them its own way."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, Final, TypeAlias

import pgparse

from rules.sql.reader import MAX_TOKENS
from rules.sql.tree import Tree, nodes, text_of, texts
from rules.sql.types import SEARCHED, type_of

Form: TypeAlias = tuple[Hashable, ...]


class Place(Enum):
    """Where a text of SQL stands, as the statement around it."""

    EXPRESSION = "SELECT {}"
    INDEX_COLUMN = "CREATE INDEX ON t ({})"
    STORAGE = "CREATE INDEX ON t (c) WITH ({})"
    EXCLUSION = "ALTER TABLE t ADD EXCLUDE USING {}"
    GENERATED = "CREATE TABLE t (c integer GENERATED {})"
    TABLE = "CREATE TABLE t (c integer) {}"
    STATEMENT = "{}"


# How a statement is to be run, and where its words stand, is not kept.
PASSING: Final = frozenset(
    {"location", "stmt_location", "stmt_len", "funcformat", "replace", "if_not_exists", "missing_ok", "concurrent"}
    | {"catalogname", "relpersistence", "typemod", "rexpr_list_start", "rexpr_list_end"}
)
# What PostgreSQL assumes of a function that does not say it, and does not print.
ASSUMED: Final = frozenset({("volatility", "volatile"), ("parallel", "unsafe"), ("strict", False), ("security", False)})
# Types whose literals keep their spelling; others are read and printed anew, as an interval of '60 minutes' is.
SPELLED: Final = frozenset({"text", "character varying", "character", "regclass", "citext", "uuid"})
READ: Final = ("date", "time", "interval", "json", "numeric", "bool", "int", "real", "double", "bit", "bytea", "inet")


def alike(before: str, after: str, place: Place = Place.EXPRESSION) -> bool | None:
    """Tell whether PostgreSQL keeps the same for both texts; None where that depends on what the texts do not say."""
    if before == after:
        return True
    one, other = _shape(before, place), _shape(after, place)
    if one is None or other is None:
        return None
    if one.form == other.form:
        return True
    if one.words != other.words and not (one.has_star or other.has_star):
        return False
    return False if one.literals != other.literals and not (one.has_read or other.has_read) else None


def shown(view: str) -> tuple[Hashable, ...] | None:
    """Return the forms of what the statement of a view shows, column by column; None where it cannot be read."""
    try:
        query = pgparse.parse(view)[0]["stmt"]["ViewStmt"]["query"]["SelectStmt"]
        while "larg" in query:
            query = query["larg"]
        targets = [one["ResTarget"]["val"] for one in query["targetList"]]
        return tuple(map(_Canon(casts=True, tables=True).form, targets))
    except (pgparse.PGQueryError, LookupError, RecursionError, UnicodeError):
        return None


@dataclass(frozen=True, slots=True)
class _Shape:
    """A tree without what PostgreSQL forgets, and the words in it."""

    form: Hashable
    words: Counter[Hashable]
    literals: Counter[Hashable]
    has_star: bool  # `SELECT *` stands for columns that another text may name
    has_read: bool  # literals that PostgreSQL prints its own way


@lru_cache(maxsize=1024)  # the proofs of a pull request compare the same few again
def _shape(text: str, place: Place) -> _Shape | None:
    if len(text) > MAX_TOKENS:
        return None
    try:
        tree = pgparse.parse(place.value.format(text) if place is not Place.STATEMENT else text)
        exact = _Canon(casts=True, tables=place is Place.STATEMENT).form(tree)
        loose = list(_leaves(_Canon(casts=False, tables=False).form(tree)))
    except (pgparse.PGQueryError, RecursionError, UnicodeError):
        return None
    words = Counter(leaf for leaf in loose if not isinstance(leaf, _Literal))
    literals = Counter[Hashable](leaf for leaf in loose if isinstance(leaf, _Literal))
    has_star = any("A_Star" in node for node in nodes(tree))
    return _Shape(exact, words, literals, has_star, any(map(_is_read, nodes(tree))))


def _is_read(node: Tree) -> bool:
    cast = node.get("TypeCast")
    return cast is not None and "sval" in cast["arg"].get("A_Const", {}) and _reads(type_of(cast["typeName"]))


def _reads(kind: str) -> bool:
    return kind not in SPELLED and (kind.startswith(READ) or kind.endswith("[]"))


@dataclass(frozen=True, slots=True)
class _Literal:
    """A constant; quotes and casts around it do not matter, since its context gives it a type."""

    text: str | None


def _leaves(form: Hashable) -> Iterator[Hashable]:
    stack = [form]
    while stack:
        current = stack.pop()
        if isinstance(current, tuple):
            stack.extend(current)
        else:
            yield current


@dataclass(frozen=True, slots=True)
class _Canon:
    """Turns libpg_query's trees into forms that are equal where PostgreSQL keeps the same."""

    casts: bool  # whether casts of columns and expressions count
    tables: bool  # whether the tables before columns count: with a single table they do not

    def form(self, tree: Any) -> Hashable:
        """Return the form of a tree."""
        if isinstance(tree, list):
            parts = tuple(map(self.form, tree))
            return parts[1:] if len(parts) > 1 and parts[0] in SEARCHED else parts
        if not isinstance(tree, dict):
            return str(tree)
        if len(tree) == 1:
            ((kind, fields),) = tree.items()
            if kind in READERS:
                return READERS[kind](self, fields)
            if isinstance(fields, dict) and kind[0].isupper():
                return (kind, *self.fields(fields))
        return self.fields(tree)

    def fields(self, tree: Tree) -> Form:
        """Return what a node says, but for what is passing."""
        return tuple(
            (name, TYPED[name](self, value) if name in TYPED and isinstance(value, dict) else self.form(value))
            for name, value in sorted(tree.items())
            if name not in PASSING and not (name == "schemaname" and value in SEARCHED)
        )


def _constant(_: _Canon, tree: Tree) -> Hashable:
    if tree.get("isnull"):
        return _Literal(None)
    if "boolval" in tree:
        return _Literal(str(tree["boolval"].get("boolval", False)).lower())
    if "ival" in tree:
        return _Literal(str(tree["ival"].get("ival", 0)))
    return _Literal(str(tree.get("fval", {}).get("fval") or text_of(tree.get("sval", tree.get("bsval", {})))))


def _cast(canon: _Canon, tree: Tree) -> Hashable:
    inner, kind = canon.form(tree["arg"]), type_of(tree["typeName"])
    if isinstance(inner, _Literal) and kind == "regclass" and inner.text is not None:
        return _Literal(inner.text.removeprefix("public.").replace('"', ""))
    implied = isinstance(inner, _Literal) or "A_ArrayExpr" in tree["arg"]
    return inner if implied or not canon.casts else ("cast", inner, kind)


def _column(canon: _Canon, tree: Tree) -> Hashable:
    fields = tuple(map(canon.form, tree["fields"]))
    return ("column", *(fields if canon.tables else fields[-1:]))


def _operation(canon: _Canon, tree: Tree) -> Hashable:
    kind, operator = tree["kind"], texts(tree["name"])[-1]
    left, right = canon.form(tree.get("lexpr")), canon.form(tree.get("rexpr"))
    match kind:
        case "AEXPR_OP" | "AEXPR_LIKE" | "AEXPR_ILIKE":
            return ("operation", operator, left, right)
        case "AEXPR_IN":
            # Over strings the array that this becomes may keep other casts than one that is written.
            is_own = canon.casts and any("sval" in node for node in nodes(tree["rexpr"]))
            return ("in" if is_own else "any" if operator == "=" else "all", operator, left, _items(right))
        case "AEXPR_OP_ANY" | "AEXPR_OP_ALL":
            return ("any" if kind == "AEXPR_OP_ANY" else "all", operator, left, _items(right))
        case "AEXPR_BETWEEN" | "AEXPR_NOT_BETWEEN" if isinstance(right, tuple):
            low, high = _items(right)
            is_inside = kind == "AEXPR_BETWEEN"
            ends = (
                ("operation", ">=" if is_inside else "<", left, low),
                ("operation", "<=" if is_inside else ">", left, high),
            )
            return ("BoolExpr", ("args", ends), ("boolop", "AND_EXPR" if is_inside else "OR_EXPR"))
        case _:
            return (kind, operator, left, right)


def _items(form: Hashable) -> Any:
    """Return the members of a list or an array."""
    match form:
        case ("List", ("items", items)) | ("array", items):
            return items
        case _:
            return form


def _array(canon: _Canon, tree: Tree) -> Hashable:
    return ("array", tuple(map(canon.form, tree.get("elements", ()))))


def _index_element(canon: _Canon, tree: Tree) -> Hashable:
    named = {"expr": {"ColumnRef": {"fields": [{"String": {"sval": tree["name"]}}]}}} if "name" in tree else {}
    descends = tree.get("ordering") == "SORTBY_DESC"
    nulls = tree.get("nulls_ordering")
    if nulls in {None, "SORTBY_NULLS_DEFAULT"}:
        nulls = f"SORTBY_NULLS_{'FIRST' if descends else 'LAST'}"
    kept = {key: value for key, value in tree.items() if key not in {"name", "ordering", "nulls_ordering"}}
    return ("IndexElem", "DESC" if descends else "ASC", nulls, *canon.fields({**kept, **named}))


def _function(canon: _Canon, tree: Tree) -> Hashable:
    options = (canon.form(option) for option in tree.get("options", ()))
    kept = sorted((one for one in options if one not in ASSUMED), key=str)
    return ("CreateFunctionStmt", *canon.fields({**tree, "options": None}), tuple(kept))


def _option(canon: _Canon, tree: Tree) -> Hashable:
    name, value = tree["defname"], tree.get("arg")
    if name == "as":  # white space is not what a body says
        return (name, tuple(" ".join(text.split()) for text in texts((value or {}).get("List", {}).get("items"))))
    if isinstance(value, dict) and "Integer" in value:
        return (name, _Literal(str(value["Integer"].get("ival", 0))))
    if isinstance(value, dict) and "Float" in value:
        return (name, _Literal(str(value["Float"].get("fval"))))
    if isinstance(value, dict) and "Boolean" in value:
        return (name, bool(value["Boolean"].get("boolval", False)))
    return (name, canon.form(value))


def _text(_: _Canon, tree: Tree) -> Hashable:
    return text_of(tree)


def _type(_: _Canon, tree: Tree) -> Hashable:
    return ("type", type_of(tree))


READERS: Final[Mapping[str, Callable[[_Canon, Tree], Hashable]]] = {
    "A_ArrayExpr": _array,
    "A_Const": _constant,
    "A_Expr": _operation,
    "ColumnRef": _column,
    "CreateFunctionStmt": _function,
    "DefElem": _option,
    "IndexElem": _index_element,
    "String": _text,
    "TypeCast": _cast,
    "TypeName": _type,
}
TYPED: Final = {"typeName": _type, "returnType": _type, "argType": _type}
