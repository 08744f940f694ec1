"""The types and defaults of columns, as PostgreSQL's catalogue prints what Ecto sends."""

import json
import re
from typing import Final

from rules.ecto.options import Options
from rules.ecto.types import ArrayType, ColumnType, MapType, NamedType, Reference, UnsupportedType
from rules.ecto.values import Atom, Fragment, Map, Value
from rules.schema.model import UNSURE, Unsure

ECTO_TYPES: Final = {
    "id": "integer",
    "serial": "integer",
    "smallserial": "smallint",
    "bigserial": "bigint",
    "identity": "bigint",
    "binary_id": "uuid",
    "string": "varchar",
    "bitstring": "varbit",
    "binary": "bytea",
    "map": "jsonb",
    "duration": "interval",
    "time": "time(0)",
    "time_usec": "time",
    "utc_datetime": "timestamp(0)",
    "naive_datetime": "timestamp(0)",
    "utc_datetime_usec": "timestamp",
    "naive_datetime_usec": "timestamp",
}
# Source: PostgreSQL's manual, table 8.1, and what format_type() prints for each alias.
CATALOGUE_NAMES: Final = {
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "serial4": "integer",
    "serial8": "bigint",
    "float": "double precision",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "decimal": "numeric",
    "varchar": "character varying",
    "char": "character",
    "varbit": "bit varying",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
}
SERIALS: Final = frozenset({"serial", "smallserial", "bigserial", "serial4", "serial8"})
UNSIZED: Final = frozenset({"time", "utc_datetime", "naive_datetime"})
PARTS: Final = re.compile(
    r"(?P<name>[^(\[]+?)\s*(?P<size>\([^)]*\))?\s*(?P<zone>with(?:out)? time zone)?(?P<array>(?:\[\])*)"
)


def type_name(kind: ColumnType, options: Options) -> str | Unsure:
    """Return the type that a column of *kind* gets; UNSURE where Ecto would refuse it."""
    match kind:
        case NamedType(name=name):
            return catalogue_name(_sized(name, options))
        case ArrayType(of=inner):
            of = type_name(inner, options)
            return of if of is UNSURE else f"{of}[]"
        case MapType():
            return "jsonb"
        case Reference(type=inner):
            return type_name(inner, options)
        case UnsupportedType():
            return UNSURE


def catalogue_name(sql: str) -> str:
    """Return a type's SQL as format_type() prints it."""
    match = PARTS.fullmatch(" ".join(sql.lower().split()))
    if match is None:
        return sql
    name = CATALOGUE_NAMES.get(match["name"], match["name"])
    size = (match["size"] or "").replace(" ", "")
    if name == "numeric" and size and "," not in size:
        size = f"{size[:-1]},0)"
    if name in {"timestamp", "time"}:
        return f"{name}{size} {match['zone'] or 'without time zone'}{match['array']}"
    if name.endswith(" with time zone"):
        name = f"{name.removesuffix(' with time zone')}{size} with time zone"
        return f"{name}{match['array']}"
    if name == "character" and not size:
        size = "(1)"
    return f"{name}{size}{' ' + match['zone'] if match['zone'] else ''}{match['array']}"


def _sized(name: str, options: Options) -> str:
    base = ECTO_TYPES.get(name, name)
    if name in UNSIZED:
        return base
    size, precision, scale = (_digits(options.get(key)) for key in ("size", "precision", "scale"))
    if size:
        return f"{base}({size})"
    if precision:
        return f"{base}({precision})" if name.endswith("_usec") else f"{base}({precision},{scale or 0})"
    return f"{base}(255)" if name == "string" else base


def _digits(value: Value) -> str:
    """Return what stands between the parentheses of a type; nothing for nil and false."""
    return "" if value is None or value is False or isinstance(value, bytes) else str(value)


def is_serial(kind: ColumnType) -> bool:
    """Tell whether PostgreSQL makes a sequence and a default for a column of *kind*."""
    return isinstance(kind, NamedType) and kind.name in SERIALS


def default_sql(value: Value, kind: str | Unsure) -> str | Unsure | None:
    """Return the default as SQL; None where the catalogue keeps none, UNSURE where Ecto would refuse it."""
    match value:
        case None:
            # A type with a modifier is coerced by a function, which hides the NULL from PostgreSQL's shortcut.
            return "NULL" if isinstance(kind, str) and "(" in kind else None
        case Fragment(sql=sql):
            return sql
        case bool() | int() | float():
            return str(value).lower()
        case str():
            return quoted(value)
        case Map() | tuple():
            plain = _plain(value)
            return UNSURE if plain is UNSURE else quoted(json.dumps(plain, sort_keys=True))
        case _:
            return UNSURE


def quoted(text: str) -> str:
    """Return *text* as a string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def _plain(value: Value) -> object:
    """Return maps and lists of literals as Python's own; UNSURE where something else is in them."""
    match value:
        case Map(entries=entries):
            pairs = {key.name if isinstance(key, Atom) else str(key): _plain(item) for key, item in entries}
            return UNSURE if any(item is UNSURE for item in pairs.values()) else pairs
        case tuple():
            items = [_plain(item) for item in value]
            return UNSURE if any(item is UNSURE for item in items) else items
        case None | bool() | int() | float() | str():
            return value
        case _:
            return UNSURE
