"""How Ecto's PostgreSQL adapter writes types and defaults."""

import json
from typing import Final

from rules.ecto import versions
from rules.ecto.errors import RaisedError, argument_error
from rules.ecto.inspect import in_order, inspect, to_string
from rules.ecto.options import Options
from rules.ecto.types import ArrayType, ColumnType, MapType, NamedType, Reference, UnsupportedType
from rules.ecto.values import Atom, Fragment, Map, Opaque, Struct, Value
from rules.ecto.versions import Version

NAMES: Final = {
    "id": "integer",
    "binary_id": "uuid",
    "string": "varchar",
    "binary": "bytea",
    "map": "jsonb",  # unless the application's configuration of ecto_sql says otherwise
    "time_usec": "time",
    "utc_datetime": "timestamp",
    "utc_datetime_usec": "timestamp",
    "naive_datetime": "timestamp",
    "naive_datetime_usec": "timestamp",
}
NEWER_NAMES: Final = {
    "identity": ("bigint", versions.IDENTITY),
    "bitstring": ("varbit", versions.BITSTRING),
    "duration": ("interval", versions.DURATION),
}
WHOLE_SECONDS: Final = frozenset({"time", "utc_datetime", "naive_datetime"})
FRACTIONS: Final = frozenset({"time_usec", "utc_datetime_usec", "naive_datetime_usec"})
# A foreign key has the type of the column that a serial makes, not a sequence of its own.
REFERENCED: Final = {"serial": "integer", "bigserial": "bigint"}


def column_type(type_: ColumnType, options: Options, version: Version = versions.LATEST) -> str:
    """Return the SQL of a column's type with its size, precision and GENERATED clause; raises as the adapter does."""
    name = sized_type(type_, options, version)
    is_identity = type_ == NamedType("identity")
    if version < versions.GENERATED:
        return name + _identity(options) if is_identity and version >= versions.IDENTITY else name
    generated = options.get("generated")
    if generated is None:
        return name + _identity(options) if is_identity else name
    if isinstance(generated, str):
        return f"{name} GENERATED {generated}"
    raise argument_error(f"the `:generated` option only accepts strings, received: {inspect(generated)}")


def sized_type(type_: ColumnType, options: Options, version: Version = versions.LATEST) -> str:
    """Return the SQL of a type with its size or precision; raises as the adapter does."""
    if isinstance(type_, ArrayType):
        return sized_type(type_.of, options, version) + "[]"
    name = type_name(type_, version)
    kind = type_.name if isinstance(type_, NamedType) else ""
    precision = options.get("precision")
    if kind in WHOLE_SECONDS:
        return name + "(0)"
    if kind in FRACTIONS:
        return name + _in_parentheses(precision)
    if kind == "duration" and version >= versions.DURATION:
        fields = options.get("fields")
        return name + (f" {to_string(fields)}" if _truthy(fields) else "") + _in_parentheses(precision)
    size = _in_parentheses(options.get("size"))
    if not size and _truthy(precision):
        size = f"({to_string(precision)},{to_string(options.get('scale') or 0)})"
    return name + (size or ("(255)" if kind == "string" else ""))


def reference_type(type_: ColumnType, options: Options, version: Version = versions.LATEST) -> str:
    """Return the SQL of the type of a column that refers to one of *type_*."""
    if isinstance(type_, NamedType):
        if type_.name in REFERENCED:
            return REFERENCED[type_.name]
        if type_.name == "identity" and version >= versions.IDENTITY:
            return "bigint"
    return column_type(type_, options, version)


def type_name(type_: ColumnType, version: Version = versions.LATEST) -> str:
    """Return PostgreSQL's name for *type_*, without size."""
    match type_:
        case NamedType(name):
            newer = NEWER_NAMES.get(name)
            if newer is not None:
                return newer[0] if version >= newer[1] else name
            return NAMES.get(name, name)
        case ArrayType(of):
            return type_name(of, version) + "[]"
        case MapType():
            return NAMES["map"]
        case Reference() | UnsupportedType():
            raise _unsupported(type_, version)


def default_value(value: Value, type_: ColumnType, version: Version = versions.LATEST) -> str:
    """Return the SQL of `default:`; raises as the adapter does, and ValueError for what only the application knows."""
    if isinstance(value, tuple) and isinstance(type_, ArrayType):
        items = ",".join(default_value(item, type_.of, version) for item in value)
        return f"ARRAY[{items}]::{type_name(type_, version)}"
    match value:
        case str() if "\0" not in value:
            return quoted(value)
        case str() | bytes():
            raise _not_text(value.encode() if isinstance(value, str) else value, value)
        case bool() | int() | float():
            return to_string(value)
        case Map() | Struct() if type_ == NamedType("map"):
            return quoted(json.dumps(_as_json(value), ensure_ascii=False, separators=(",", ":")))
        case Fragment(sql):
            return sql
        case Opaque(inspected) if (bits := _bits(inspected)) is not None and version >= versions.BITSTRING:
            return f"b'{bits}'"
        case _:
            raise argument_error(
                f"unknown default `{inspect(value)}` for type `{inspect_type(type_)}`. :default may be a string, "
                "number, boolean, list of strings, list of integers, map (when type is Map), or a fragment(...)"
            )


def quoted(text: str) -> str:
    """Return *text* as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def inspect_type(type_: ColumnType) -> str:
    """Return a type as Elixir prints it."""
    match type_:
        case NamedType(name):
            return inspect(Atom(name))
        case ArrayType(of):
            return f"{{:array, {inspect_type(of)}}}"
        case MapType(of):
            return f"{{:map, {inspect_type(of)}}}"
        case UnsupportedType(inspected):
            return inspected
        case Reference(target=target):
            return f"%Ecto.Migration.Reference{{table: {inspect(target.name)}}}"


def _in_parentheses(value: Value) -> str:
    return f"({to_string(value)})" if _truthy(value) else ""


def _truthy(value: Value) -> bool:
    return value is not None and value is not False


def _identity(options: Options) -> str:
    clauses = (("START WITH", options.get("start_value")), ("INCREMENT BY", options.get("increment")))
    sequence = " ".join(f"{words} {value}" for words, value in clauses if isinstance(value, int) and value > 0)
    return " GENERATED BY DEFAULT AS IDENTITY" + (f"({sequence}) " if sequence else "")


def _unsupported(type_: ColumnType, version: Version) -> RaisedError:
    if version < versions.IDENTITY:  # the older adapter converted anything as if it were an atom
        return argument_error("errors were found at the given arguments:")
    return argument_error(
        f"unsupported type `{inspect_type(type_)}`. The type can either be an atom, a string or a tuple of the form "
        "`{:map, t}` or `{:array, t}` where `t` itself follows the same conditions."
    )


def _not_text(raw: bytes, value: Value) -> RaisedError:
    encoded = "\\x" + raw.hex()
    return argument_error(
        "default values are interpolated as UTF-8 strings and cannot contain null bytes. "
        f'`{inspect(value)}` is invalid. If you want to write it as a binary, use "{encoded}", '
        "otherwise refer to PostgreSQL documentation for instructions on how to escape this SQL type"
    )


def _bits(inspected: str) -> str | None:
    # A bitstring prints as <<5::size(5)>>: bytes, and at its end the bits that make no byte.
    if not (inspected.startswith("<<") and inspected.endswith(">>") and "::size(" in inspected):
        return None
    bits = ""
    for segment in inspected[2:-2].split(", "):
        value, _, size = segment.removesuffix(")").partition("::size(")
        bits += format(int(value), "b").rjust(int(size or 8), "0")
    return bits


def _as_json(value: Value) -> object:
    match value:
        case Map():
            return {to_string(key): _as_json(item) for key, item in in_order(value)}
        case tuple():
            return [_as_json(item) for item in value]
        case Atom(name):
            return name
        case None | bool() | int() | float() | str():
            return value
        case Struct():  # it may derive Jason.Encoder
            raise ValueError("how a struct is encoded is known to the application")
        case _:
            raise RaisedError("Protocol.UndefinedError", f"protocol Jason.Encoder not implemented for {inspect(value)}")
