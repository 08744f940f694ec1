"""Types as PostgreSQL's catalogue prints them: `format_type()` in our words."""

from functools import lru_cache
from typing import Final

import pgparse

from rules.sql.tree import Tree, text_of, texts

SEARCHED: Final = frozenset({"public", "pg_catalog"})  # the schemas that a name needs not tell
# The names that SQL gives to PostgreSQL's own types, as format_type prints them.
TYPES: Final = {
    "int2": "smallint",
    "int4": "integer",
    "int": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "bpchar": "character",
    "varchar": "character varying",
    "varbit": "bit varying",
    "decimal": "numeric",
}
WITH_ZONE: Final = {
    "timestamp": ("timestamp", " without time zone"),
    "timestamptz": ("timestamp", " with time zone"),
    "time": ("time", " without time zone"),
    "timetz": ("time", " with time zone"),
}
# What of an interval is kept, by PostgreSQL's bits for its fields.
INTERVALS: Final = {
    "4": " year",
    "2": " month",
    "8": " day",
    "1024": " hour",
    "2048": " minute",
    "4096": " second",
    "6": " year to month",
    "1032": " day to hour",
    "3080": " day to minute",
    "7176": " day to second",
    "3072": " hour to minute",
    "7168": " hour to second",
    "6144": " minute to second",
}
# Types that are integers with a sequence as their default.
SERIALS: Final = {
    "serial": "integer",
    "serial2": "smallint",
    "serial4": "integer",
    "serial8": "bigint",
    "smallserial": "smallint",
    "bigserial": "bigint",
}


def type_of(tree: Tree | None) -> str:
    """Return a TypeName as format_type prints it."""
    if tree is None:
        return ""
    inner = tree.get("TypeName", tree)
    parts = texts(inner.get("names"))
    built_in = len(parts) == 1 or parts[0] in SEARCHED
    name = parts[-1] if built_in else ".".join(parts)
    size = _size(name, [_modifier(modifier) for modifier in inner.get("typmods", ())])
    if built_in and name in WITH_ZONE:
        before, after = WITH_ZONE[name]
        written = before + size + after
    else:
        written = (TYPES.get(name, name) if built_in else name) + size
    return written + "[]" * len(inner.get("arrayBounds", ()))


def _size(name: str, modifiers: list[str]) -> str:
    if not modifiers:
        return ""
    if name == "interval":
        fields, *precision = modifiers
        return INTERVALS.get(fields, "") + "".join(f"({digits})" for digits in precision)
    without_scale = name in {"numeric", "decimal"} and len(modifiers) == 1
    return f"({','.join([*modifiers, '0'] if without_scale else modifiers)})"


@lru_cache(maxsize=1024)  # few types, again and again
def catalogue_name(sql: str) -> str:
    """Return a type's SQL as format_type prints it; as it stands where it is none."""
    try:
        statement = pgparse.parse(f"SELECT NULL::{sql}")[0]["stmt"]["SelectStmt"]
        cast = statement["targetList"][0]["ResTarget"]["val"]["TypeCast"]
    except (pgparse.PGQueryError, LookupError, RecursionError, UnicodeError):
        return sql
    return type_of(cast["typeName"])


def _modifier(tree: Tree) -> str:
    constant = tree.get("A_Const", {})
    if "ival" in constant:
        return str(constant["ival"].get("ival", 0))
    return text_of(constant.get("sval", tree.get("ColumnRef", {}).get("fields", [{}])[0]))
