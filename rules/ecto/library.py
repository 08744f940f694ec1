"""Functions of Elixir's own modules on values that are known: strings, keyword lists, maps, paths."""

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from rules.ecto.inspect import in_order, inspect, to_string
from rules.ecto.kernel import KERNEL, lookup
from rules.ecto.scope import LONGEST, Range, Regex
from rules.ecto.values import Atom, Map, Opaque, Tuple, Value

Pairs = tuple[Tuple, ...]
ABSENT: Final = object()
REFERENCE: Final = re.compile(r"\\(\d)")  # to a group, in a replacement
WORD_START: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def _pair(key: Value, value: Value) -> Tuple:
    return Tuple((key, value))


def _keys(keywords: Pairs) -> tuple[Value, ...]:
    return tuple(pair.items[0] for pair in keywords)


def _without(keywords: Pairs, keys: tuple[Value, ...]) -> Pairs:
    return tuple(pair for pair in keywords if pair.items[0] not in keys)


def _get(keywords: Pairs, key: Value, default: Value = None) -> Value:
    return next((pair.items[1] for pair in keywords if pair.items[0] == key), default)


def _fetch(keywords: Pairs, key: Value) -> Value:
    found = next((pair.items[1] for pair in keywords if pair.items[0] == key), ABSENT)
    if found is ABSENT:
        raise KeyError(key)
    return found  # type: ignore[return-value]  # ABSENT is gone


def _pop(keywords: Pairs, key: Value, default: Value = None) -> Value:
    return Tuple((_get(keywords, key, default), _without(keywords, (key,))))


def _merge(left: Pairs, right: Pairs) -> Value:
    return (*_without(left, _keys(right)), *right)


def _put_new(keywords: Pairs, key: Value, value: Value) -> Value:
    return keywords if key in _keys(keywords) else (_pair(key, value), *keywords)


def _replace(text: str, pattern: Value, replacement: str, options: Pairs = ()) -> Value:
    everywhere = bool(_get(options, Atom("global"), default=True))
    if isinstance(pattern, Regex):
        return pattern.compiled().sub(REFERENCE.sub(r"\\g<\1>", replacement), text, 0 if everywhere else 1)
    if not isinstance(pattern, str):
        raise TypeError
    return text.replace(pattern, replacement, -1 if everywhere else 1)


def _split(text: str, separator: Value = None, options: Pairs = ()) -> Value:
    if separator is None:
        return tuple(text.split())
    pattern = separator.pattern if isinstance(separator, Regex) else "|".join(map(_escaped, _wrap(separator)))
    parts = re.split(pattern, text, maxsplit=1 if _get(options, Atom("parts")) == 2 else 0)  # noqa: PLR2004 `parts: 2`
    return tuple(part for part in parts if part or not _get(options, Atom("trim")))


def _escaped(value: Value) -> str:
    return re.escape(to_string(value))


def _slice(text: str, start: Value, length: int | None = None) -> Value:
    if isinstance(start, Range):
        last = start.last if start.last >= 0 else len(text) + start.last
        return text[start.first : last + 1]
    if isinstance(start, int):
        return text[start:] if length is None else text[start:][:length]
    raise TypeError


def _underscored(name: Value) -> Value:
    return WORD_START.sub("_", to_string(name).removeprefix("Elixir.")).replace(".", "/").lower()


def _camelized(name: str) -> Value:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _digits(value: int, base: int = 10) -> Value:
    return format(value, {10: "d", 16: "X", 8: "o", 2: "b"}[base])


def _concatenated(*names: Value) -> Value:
    first = names[0]
    parts = first if len(names) == 1 and isinstance(first, tuple) else names
    return Atom("Elixir." + ".".join(to_string(part).removeprefix("Elixir.") for part in parts))


def _flatten(items: tuple[Value, ...]) -> tuple[Value, ...]:
    flat: list[Value] = []
    for item in items:
        flat += _flatten(item) if isinstance(item, tuple) else (item,)
    return tuple(flat)


def _joined(items: Value) -> Value:
    return "".join(chr(item) if isinstance(item, int) else to_string(item) for item in _flatten((items,)))


def _wrap(value: Value) -> tuple[Value, ...]:
    return () if value is None else value if isinstance(value, tuple) else (value,)


def _map_put(value: Map, key: Value, item: Value) -> Value:
    return Map(tuple({**dict(value.entries), key: item}.items()))


def _map_merge(left: Map, right: Map) -> Value:
    return Map(tuple({**dict(left.entries), **dict(right.entries)}.items()))


def _map_drop(value: Map, keys: tuple[Value, ...]) -> Value:
    return Map(tuple(entry for entry in value.entries if entry[0] not in keys))


def _path(*parts: Value) -> Value:
    given = parts[0] if len(parts) == 1 and isinstance(parts[0], tuple) else parts
    return posixpath.join(*(to_string(part) for part in given))


def _expanded(path: str, relative_to: str = "") -> Value:
    return posixpath.normpath(posixpath.join(relative_to, path))


def _repeated(value: Any, count: int) -> Value:
    if len(value) * count > LONGEST:
        raise OverflowError
    return value * count  # type: ignore[no-any-return]  # a text or a list


def _pad(side: Callable[[str, int, str], str]) -> Callable[..., Value]:
    return lambda text, count, padding=" ": side(text, min(count, LONGEST), padding)


KEYWORD: Final[Mapping[str, Callable[..., Value]]] = {
    "get": _get,
    "fetch!": _fetch,
    "put": lambda keywords, key, value: (_pair(key, value), *_without(keywords, (key,))),
    "put_new": _put_new,
    "merge": _merge,
    "delete": lambda keywords, key: _without(keywords, (key,)),
    "drop": _without,
    "take": lambda keywords, keys: tuple(pair for pair in keywords if pair.items[0] in keys),
    "pop": _pop,
    "keys": _keys,
    "values": lambda keywords: tuple(pair.items[1] for pair in keywords),
    "has_key?": lambda keywords, key: key in _keys(keywords),
    "new": lambda keywords=(): keywords,
    "get_values": lambda keywords, key: tuple(pair.items[1] for pair in keywords if pair.items[0] == key),
}
STRING: Final[Mapping[str, Callable[..., Value]]] = {
    "replace": _replace,
    "split": _split,
    "trim": lambda text, characters=None: text.strip(characters),
    "trim_leading": lambda text, characters=None: text.lstrip(characters),
    "trim_trailing": lambda text, characters=None: text.rstrip(characters),
    "upcase": str.upper,
    "downcase": str.lower,
    "capitalize": str.capitalize,
    "to_atom": Atom,
    "to_existing_atom": Atom,
    "to_integer": int,
    "contains?": lambda text, parts: any(to_string(part) in text for part in _wrap(parts)),
    "starts_with?": lambda text, parts: text.startswith(parts),
    "ends_with?": lambda text, parts: text.endswith(parts),
    "duplicate": _repeated,
    "slice": _slice,
    "length": len,
    "reverse": lambda text: text[::-1],
    "pad_leading": _pad(str.rjust),
    "pad_trailing": _pad(str.ljust),
    "replace_suffix": lambda text, suffix, by: text.removesuffix(suffix) + by if text.endswith(suffix) else text,
    "replace_prefix": lambda text, prefix, by: by + text.removeprefix(prefix) if text.startswith(prefix) else text,
    "replace_trailing": lambda text, suffix, by: text.removesuffix(suffix) + by if text.endswith(suffix) else text,
    "replace_leading": lambda text, prefix, by: by + text.removeprefix(prefix) if text.startswith(prefix) else text,
    "first": lambda text: text[:1] or None,
    "last": lambda text: text[-1:] or None,
    "at": lambda text, place: text[place] if -len(text) <= place < len(text) else None,
    "graphemes": tuple,
    "codepoints": tuple,
    "to_charlist": lambda text: tuple(map(ord, text)),
}
LIST: Final[Mapping[str, Callable[..., Value]]] = {
    "wrap": _wrap,
    "flatten": _flatten,
    "first": lambda items, default=None: items[0] if items else default,
    "last": lambda items, default=None: items[-1] if items else default,
    "delete": lambda items, item: KERNEL["--"](items, (item,)),
    "duplicate": lambda item, count: _repeated((item,), count),
    "to_tuple": Tuple,
    "to_string": to_string,
    "to_atom": lambda items: Atom(to_string(items)),
    "keyfind": lambda items, key, place, default=None: next((i for i in items if i.items[place] == key), default),
    "insert_at": lambda items, place, item: (*items[:place], item, *items[place:]),
}
MAP: Final[Mapping[str, Callable[..., Value]]] = {
    "get": lambda value, key, default=None: dict(value.entries).get(key, default),
    "fetch!": lambda value, key: dict(value.entries)[key],
    "put": _map_put,
    "merge": _map_merge,
    "keys": lambda value: tuple(key for key, _ in in_order(value)),
    "values": lambda value: tuple(item for _, item in in_order(value)),
    "to_list": lambda value: tuple(Tuple(entry) for entry in in_order(value)),
    "has_key?": lambda value, key: key in dict(value.entries),
    "delete": lambda value, key: _map_drop(value, (key,)),
    "drop": _map_drop,
    "take": lambda value, keys: Map(tuple(entry for entry in value.entries if entry[0] in keys)),
}
OTHER: Final[Mapping[str, Callable[..., Value]]] = {
    "Access.get": lookup,
    "Atom.to_string": to_string,
    "Atom.to_charlist": lambda value: tuple(map(ord, to_string(value))),
    "Integer.to_string": _digits,
    "Integer.parse": lambda text: Tuple((int(text), "")),
    "Float.to_string": to_string,
    "String.Chars.to_string": to_string,
    "IO.iodata_to_binary": _joined,
    "IO.chardata_to_string": _joined,
    "erlang.binary_to_atom": lambda text, _=None: Atom(text),
    "erlang.binary_to_existing_atom": lambda text, _=None: Atom(text),
    "erlang.atom_to_binary": lambda atom, _=None: to_string(atom),
    "Macro.underscore": _underscored,
    "Macro.camelize": _camelized,
    "Module.concat": _concatenated,
    "Module.split": lambda module: tuple(to_string(module).removeprefix("Elixir.").split(".")),
    "Path.join": _path,
    "Path.expand": _expanded,
    "Path.dirname": posixpath.dirname,
    "Path.basename": posixpath.basename,
    "Tuple.to_list": lambda value: value.items,
    "Tuple.append": lambda value, item: Tuple((*value.items, item)),
    "Decimal.new": lambda value: Opaque(f"Decimal.new({inspect(to_string(value))})"),
    "Function.identity": lambda value: value,
    "Range.new": KERNEL[".."],
    "Regex.replace": lambda pattern, text, replacement, options=(): _replace(text, pattern, replacement, options),
    "Regex.match?": lambda pattern, text: bool(pattern.compiled().search(text)),
    "timer.seconds": lambda count: count * 1000,
    "timer.minutes": lambda count: count * 60_000,
    "timer.hours": lambda count: count * 3_600_000,
    "IO.inspect": lambda value, _=None, __=None: value,
}
LIBRARY: Final[Mapping[str, Callable[..., Value]]] = {
    **{f"Keyword.{name}": function for name, function in KEYWORD.items()},
    **{f"String.{name}": function for name, function in STRING.items()},
    **{f"List.{name}": function for name, function in LIST.items()},
    **{f"Map.{name}": function for name, function in MAP.items()},
    **OTHER,
}
