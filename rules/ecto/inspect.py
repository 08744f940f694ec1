"""Values as Elixir's `inspect` and `to_string` print them, for messages and for SQL."""

import re
from typing import Final

from rules.ecto.errors import RaisedError
from rules.ecto.values import Atom, Fragment, Internal, Map, Opaque, Struct, Tuple, Value

BARE_ATOM: Final = re.compile(r"[^\W\d][\w@]*[?!]?|[+\-*/=<>!&|^~]+|\.{2,3}|%\{\}|<<>>|\{\}")
BARE_KEY: Final = re.compile(r"[^\W\d][\w@]*[?!]?")
LIMIT: Final = 4096  # characters of a string that `inspect` prints
ESCAPES: Final = {
    "\a": "\\a",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\v": "\\v",
    "\f": "\\f",
    "\r": "\\r",
    "\x1b": "\\e",
    "\x7f": "\\d",
    "\\": "\\\\",
    '"': '\\"',
    "\0": "\\0",
}
WHOLE_FROM: Final = 1.0  # between these, `inspect` writes whole floats out, where `to_string` may take an exponent
WHOLE_TO: Final = 1.0e16
LARGEST_EXACT: Final = 2.0**53  # from here on Erlang prints floats in scientific notation


def inspect(value: Value) -> str:
    """Return what `inspect(value)` prints."""
    match value:
        case None:
            return "nil"
        case str():
            return _quoted(value)
        case float() if WHOLE_FROM <= abs(value) < WHOLE_TO and value.is_integer():
            return f"{int(value)}.0"
        case bool() | int() | float():
            return to_string(value)
        case Atom(name):
            return _atom(name)
        case _:
            return _collection(value)


def to_string(value: Value) -> str:
    """Return what `to_string(value)` gives; raises as Elixir does for a value without a text, ValueError if unknown."""
    match value:
        case str():
            return value
        case Atom(name):
            return name
        case bool() | None:
            return str(value or "").lower() if value is not False else "false"
        case int() | float():
            return str(value) if isinstance(value, int) else _float(value)
        case tuple():
            return "".join(chr(item) if isinstance(item, int) else to_string(item) for item in value)
        case Internal():
            raise ValueError(f"{value} has no text that is known")
        case _:
            shown = f"{inspect(value)} of type {'Tuple' if isinstance(value, Tuple) else 'Map'}"
            raise RaisedError("Protocol.UndefinedError", f"protocol String.Chars not implemented for {shown}")


def is_keyword(value: Value) -> bool:
    """Tell whether *value* is a list that holds nothing but pairs with an atom first."""
    return isinstance(value, tuple) and all(
        isinstance(item, Tuple) and len(item.items) == 2 and isinstance(item.items[0], Atom)  # noqa: PLR2004 a pair
        for item in value
    )


def _collection(value: "bytes | tuple[Value, ...] | Tuple | Map | Fragment | Struct | Opaque | Internal") -> str:
    match value:
        case Tuple(items):
            return "{" + ", ".join(map(inspect, items)) + "}"
        case Fragment(sql):
            return f"{{:fragment, {_quoted(sql)}}}"
        case Map():
            return "%{" + _entries(in_order(value)) + "}"
        case tuple():
            return "[" + _items(value) + "]"
        case Struct(module, fields):
            return f"%{module}{{{', '.join(f'{key}: {inspect(item)}' for key, item in fields.items())}}}"
        case _:
            return _printed(value)


def _printed(value: "bytes | Opaque | Internal") -> str:
    match value:
        case bytes():
            return "<<" + ", ".join(map(str, value)) + ">>"
        case Opaque(inspected):
            return inspected
        case Internal():
            return str(value)


def in_order(value: Map) -> tuple[tuple[Value, Value], ...]:
    """Return the entries of a map as Erlang iterates over a small one: by the order of terms."""
    return tuple(sorted(value.entries, key=lambda entry: _rank(entry[0])))


def _rank(key: Value) -> tuple[int, object]:
    match key:
        case Atom() | bool() | None:
            return (1, "nil" if key is None else to_string(key))
        case int() | float():
            return (0, key)
        case str():
            return (3, key.encode())
        case _:
            return (2, inspect(key))


def _entries(entries: tuple[tuple[Value, Value], ...]) -> str:
    if entries and all(isinstance(key, Atom) for key, _ in entries):
        return _pairs(entries)
    return ", ".join(f"{inspect(key)} => {inspect(item)}" for key, item in entries)


def _items(items: tuple[Value, ...]) -> str:
    if items and is_keyword(items):
        return _pairs(tuple((item.items[0], item.items[1]) for item in items if isinstance(item, Tuple)))
    return ", ".join(map(inspect, items))


def _pairs(entries: tuple[tuple[Value, Value], ...]) -> str:
    return ", ".join(f"{_key(key)}: {inspect(item)}" for key, item in entries)


def _key(key: Value) -> str:
    name = to_string(key)
    return name if BARE_KEY.fullmatch(name) else _quoted(name)


def _atom(name: str) -> str:
    if name.startswith("Elixir."):
        return name.removeprefix("Elixir.")
    return f":{name}" if BARE_ATOM.fullmatch(name) else f":{_quoted(name)}"


def _quoted(text: str) -> str:
    shown = text[:LIMIT]
    escaped = "".join(ESCAPES.get(character, character) for character in shown)
    return f'"{escaped}" <> ...' if len(text) > LIMIT else f'"{escaped}"'


def _float(value: float) -> str:
    # Erlang takes the shorter of the decimal and the scientific notation of the shortest digits that read back.
    sign = "-" if value < 0 or str(value).startswith("-") else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction.rstrip("0" if fraction else "")).lstrip("0")
    point = len(whole) + int(exponent or 0)
    leading = len(whole + fraction) - len((whole + fraction).lstrip("0"))
    if not digits:
        return f"{sign}0.0"
    power = point - leading - 1
    digits = digits.rstrip("0") or "0"
    scientific = f"{digits[0]}.{digits[1:] or '0'}e{power}"
    decimal = _decimal(digits, power)
    chosen = scientific if abs(value) >= LARGEST_EXACT or len(scientific) < len(decimal) else decimal
    return sign + chosen


def _decimal(digits: str, power: int) -> str:
    if power < 0:
        return "0." + "0" * (-power - 1) + digits
    padded = digits.ljust(power + 1, "0")
    return f"{padded[: power + 1]}.{padded[power + 1 :] or '0'}"
