"""Operators and functions of Kernel on values that are known."""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rules.ecto.inspect import inspect, to_string
from rules.ecto.scope import LONGEST, Function, Range, Regex, Unknown, unknown_in
from rules.ecto.values import Atom, Map, Opaque, Struct, Tuple, Value

LARGEST: Final = 4096  # bits of an integer


def equal(left: Value, right: Value) -> bool:
    """Compare as `==` does; true and false are no numbers."""
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def strictly_equal(left: Value, right: Value) -> bool:
    """Compare as `===` does: 1 and 1.0 differ."""
    return equal(left, right) and isinstance(left, float) == isinstance(right, float)


def _certain(compare: Callable[[Value, Value], bool]) -> Callable[[Value, Value], Value]:
    def compared(left: Value, right: Value) -> Value:
        return unknown_in((left, right)) or compare(left, right)

    return compared


def _divide(left: int, right: int) -> int:
    return int(left / right) if abs(left) < 2**53 else left // right


def _remainder(left: int, right: int) -> int:
    return left - _divide(left, right) * right


def _product(left: float, right: float) -> Value:
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > LARGEST:
        raise OverflowError
    return left * right


def _without(left: tuple[Value, ...], right: tuple[Value, ...]) -> Value:
    rest = list(left)
    for item in right:
        if item in rest:
            rest.remove(item)
    return tuple(rest)


def _appended(left: Value, right: Value) -> Value:
    if isinstance(left, tuple) and isinstance(right, tuple) and len(left) + len(right) <= LONGEST:
        return (*left, *right)
    raise TypeError


def _member(item: Value, items: Value) -> Value:
    if isinstance(items, Range) and len(items) <= LONGEST:
        return item in tuple(items)
    if isinstance(items, tuple):
        return unknown_in(items) or any(equal(item, other) for other in items)
    raise TypeError


def _element(value: Tuple, place: int) -> Value:
    return value.items[place]


def _inspected(value: Value, _: Value = ()) -> Value:
    return unknown_in(value) or inspect(value)


def _text(value: Value) -> Value:
    return unknown_in(value) or to_string(value)


def _rounded(value: float) -> Value:
    return int(value + 0.5) if value >= 0 else -int(0.5 - value)  # half away from zero


def _matches(text: str, pattern: Value) -> Value:
    if isinstance(pattern, Regex):
        return pattern.compiled().search(text) is not None
    return to_string(pattern) in text


def _is(*types: type) -> Callable[[Value], Value]:
    return lambda value: isinstance(value, types)


def _is_number(*types: type) -> Callable[[Value], Value]:
    return lambda value: isinstance(value, types) and not isinstance(value, bool)


def _range(first: int, last: int, step: int | None = None) -> Value:
    return Range(first, last, step if step is not None else 1 if last >= first else -1)


def _stepped(given: Range, step: int) -> Value:
    return Range(given.first, given.last, step)


def lookup(value: Value, key: Value) -> Value:
    """Return `value[key]`."""
    if isinstance(value, Map):
        return dict(value.entries).get(key)
    if isinstance(value, tuple):
        return next((item.items[1] for item in value if isinstance(item, Tuple) and item.items[0] == key), None)
    if value is None:
        return None
    raise TypeError


def _get_in(value: Value, keys: tuple[Value, ...]) -> Value:
    for key in keys:
        value = lookup(value, key)
    return value


def _negated(value: Value) -> Value:
    return value is None or value is False


def _slice(text: str, start: int, length: int) -> Value:
    return text.encode()[start : start + length].decode()


def _arithmetic(*, minus: bool) -> Callable[..., Value]:
    def calculate(left: Value, right: Value | Sequence[Value] = ()) -> Value:
        if isinstance(left, int | float) and isinstance(right, int | float):
            return left - right if minus else left + right
        if isinstance(left, int | float) and right == ():
            return -left if minus else left
        raise TypeError

    return calculate


KERNEL: Final[Mapping[str, Callable[..., Value]]] = {
    "==": _certain(equal),
    "!=": _certain(lambda left, right: not equal(left, right)),
    "===": _certain(strictly_equal),
    "!==": _certain(lambda left, right: not strictly_equal(left, right)),
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "+": _arithmetic(minus=False),
    "-": _arithmetic(minus=True),
    "*": _product,
    "/": operator.truediv,
    "++": _appended,
    "--": _without,
    "=~": _matches,
    "..": _range,
    "..//": _range,
    "//": _stepped,
    "in": _member,
    "not in": lambda item, items: not _member(item, items),
    "!": _negated,
    "not": _negated,
    "is_nil": lambda value: value is None,
    "is_atom": lambda value: value is None or isinstance(value, Atom | bool),
    "is_binary": _is(str, bytes),
    "is_bitstring": _is(str, bytes),
    "is_boolean": _is(bool),
    "is_integer": _is_number(int),
    "is_float": _is_number(float),
    "is_number": _is_number(int, float),
    "is_list": _is(tuple),
    "is_tuple": _is(Tuple),
    "is_map": _is(Map, Struct),
    "is_struct": _is(Struct),
    "is_function": lambda value, arity=None: isinstance(value, Function) and arity in {None, value.arity},
    "is_map_key": lambda value, key: key in dict(value.entries),
    "to_string": _text,
    "inspect": _inspected,
    "to_charlist": lambda value: tuple(map(ord, to_string(value))),
    "length": len,
    "hd": lambda items: items[0],
    "tl": lambda items: items[1:],
    "elem": _element,
    "tuple_size": lambda value: len(value.items),
    "map_size": lambda value: len(value.entries),
    "byte_size": lambda value: len(value.encode()),
    "binary_part": _slice,
    "put_elem": lambda value, place, item: Tuple((*value.items[:place], item, *value.items[place + 1 :])),
    "rem": _remainder,
    "div": _divide,
    "abs": abs,
    "max": max,
    "min": min,
    "round": _rounded,
    "trunc": int,
    "floor": lambda value: int(value // 1),
    "ceil": lambda value: -int(-value // 1),
    "get_in": _get_in,
    "self": lambda: Opaque("#PID<0.0.0>"),
    "function_exported?": lambda *_: Unknown("which functions a module exports"),
}


# Macros and functions of Kernel that are no use in a migration's commands: a call of them is no undefined function.
KNOWN: Final = frozenset(
    {
        *("macro_exported?", "struct", "struct!", "to_char_list"),
        *("alias!", "and", "binary_slice", "binding", "bit_size", "dbg", "def", "defdelegate"),
        *("defexception", "defguard", "defguardp", "defimpl", "defmacro", "defmacrop", "defmodule"),
        *("defoverridable", "defp", "defprotocol", "defstruct", "destructure", "exit"),
        *("get_and_update_in", "is_exception", "is_non_struct_map", "is_pid", "is_port", "is_reference"),
        *("make_ref", "match?", "node", "pop_in", "process_info", "put_in", "send", "spawn"),
        *("spawn_link", "spawn_monitor", "throw", "to_timeout", "update_in", "use", "var!", "sigil_r"),
        *("sigil_R", "<-", "^", "^^^", "~~~", "&&&", "|||", "<<<", ">>>", "**", "receive", "super"),
        *("__CALLER__", "__STACKTRACE__", "unquote_splicing", "->", "when", "::", "|"),
        *(".",),
    }
)
