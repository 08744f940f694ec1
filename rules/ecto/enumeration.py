"""What the functions of Enum and Stream give for what is known; a function of the unknown is supposed once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import dropwhile, takewhile
from typing import Any, Final

from rules.ecto.inspect import in_order, to_string
from rules.ecto.interpreter import Interpreter, Site, Word
from rules.ecto.scope import LONGEST, Function, Range, Unknown, truth
from rules.ecto.values import Atom, Map, Tuple, Value

Items = tuple[Value, ...]


def items_of(value: Value) -> Items | None:
    """Return what an enumerable holds, in its order; None where that is not known."""
    match value:
        case tuple():
            return value
        case Range() if len(value) <= LONGEST:
            return tuple(value)
        case Map():
            return tuple(Tuple(entry) for entry in in_order(value))
        case _:
            return None


class UndecidedError(Exception):
    """A function answered with something unknown where a decision is needed."""


def _decide(value: Value) -> bool:
    decision = truth(value)
    if decision is None:
        raise UndecidedError
    return decision


def _reduce(items: Items, *rest: Any) -> Value:
    state: Value = rest[0] if len(rest) > 1 else items[0]
    for item in items if len(rest) > 1 else items[1:]:
        state = rest[-1](item, state)
    return state


def _filter(items: Items, function: Callable[..., Value]) -> Value:
    return tuple(item for item in items if _decide(function(item)))


def _flat_map(items: Items, function: Callable[..., Value]) -> Value:
    result: list[Value] = []
    for item in items:
        given = items_of(function(item))
        if given is None:
            raise UndecidedError
        result += given
    return tuple(result)


def _each(items: Items, function: Callable[..., Value]) -> Value:
    for item in items:
        function(item)
    return Atom("ok")


def _find(items: Items, function: Callable[..., Value]) -> Value:
    return next((item for item in items if _decide(function(item))), None)


def _joined(items: Items, *rest: Any) -> Value:
    separator, function = rest if len(rest) > 1 else ("", rest[0])
    if not isinstance(separator, str):
        raise UndecidedError
    return separator.join([to_string(function(item)) for item in items])


def _group(items: Items, function: Callable[..., Value]) -> Value:
    groups: dict[Value, list[Value]] = {}
    for item in items:
        groups.setdefault(function(item), []).append(item)
    return Map(tuple((key, tuple(group)) for key, group in groups.items()))


def _unique(items: Items, function: Callable[..., Value]) -> Value:
    return tuple({function(item): item for item in reversed(items)}.values())[::-1]


def _map_reduce(items: Items, state: Value, function: Callable[..., Value]) -> Value:
    results: list[Value] = []
    for item in items:
        given = function(item, state)
        if not isinstance(given, Tuple):
            raise UndecidedError
        results.append(given.items[0])
        state = given.items[1]
    return Tuple((tuple(results), state))


def _split_with(items: Items, function: Callable[..., Value]) -> Value:
    decisions = [_decide(function(item)) for item in items]
    fits = tuple(item for item, decision in zip(items, decisions, strict=True) if decision)
    return Tuple((fits, tuple(item for item, decision in zip(items, decisions, strict=True) if not decision)))


def _find_index(items: Items, function: Callable[..., Value]) -> Value:
    return next((place for place, item in enumerate(items) if _decide(function(item))), None)


def _zip_with(items: Items, *rest: Any) -> Value:
    *others, function = rest
    columns = [items, *others] if others else items
    return tuple(function(*row) for row in zip(*(items_of(column) or () for column in columns), strict=False))


def _unzip(items: Items) -> Value:
    pairs = [item.items for item in items if isinstance(item, Tuple)]
    return Tuple((tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs)))


def _new(items: Items, function: Callable[..., Value]) -> Value:
    return _into(tuple(function(item) for item in items), Map(()))


HIGHER: Final[Mapping[str, Callable[..., Value]]] = {
    "each": _each,
    "map": lambda items, function: tuple([function(item) for item in items]),
    "flat_map": _flat_map,
    "filter": _filter,
    "reject": lambda items, function: _filter(items, lambda item: not _decide(function(item))),
    "reduce": _reduce,
    "find": _find,
    "any?": lambda items, function: any(_decide(function(item)) for item in items),
    "all?": lambda items, function: all(_decide(function(item)) for item in items),
    "map_join": _joined,
    "group_by": _group,
    "uniq_by": _unique,
    "sort_by": lambda items, function: tuple(sorted(items, key=lambda item: _sortable(function(item)))),
    "into": lambda items, target, function: _into(tuple(function(item) for item in items), target),
    "with_index": lambda items, function: tuple(function(item, place) for place, item in enumerate(items)),
    "count": lambda items, function: sum(_decide(function(item)) for item in items),
    "new": _new,
    "map_reduce": _map_reduce,
    "split_with": _split_with,
    "find_index": _find_index,
    "zip_with": _zip_with,
    "max_by": lambda items, function: max(items, key=lambda item: _sortable(function(item))),
    "min_by": lambda items, function: min(items, key=lambda item: _sortable(function(item))),
    "take_while": lambda items, function: tuple(takewhile(lambda item: _decide(function(item)), items)),
    "drop_while": lambda items, function: tuple(dropwhile(lambda item: _decide(function(item)), items)),
}


def _sortable(value: Value) -> tuple[int, object]:
    if isinstance(value, int | float):
        return (0, value)
    return (1, to_string(value))


def _into(items: Items, target: Value) -> Value:
    if isinstance(target, Map):
        pairs = tuple((item.items[0], item.items[1]) for item in items if isinstance(item, Tuple))
        return Map(tuple({**dict(target.entries), **dict(pairs)}.items()))
    if isinstance(target, tuple):
        return (*target, *items)
    raise UndecidedError


def _with_index(items: Items, start: Value = 0) -> Value:
    first = start if isinstance(start, int) else 0
    return tuple(Tuple((item, place)) for place, item in enumerate(items, first))


def _at(items: Items, place: int, default: Value = None) -> Value:
    return items[place] if -len(items) <= place < len(items) else default


def _chunks(items: Items, size: int) -> Value:
    return tuple(items[start : start + size] for start in range(0, len(items), size))


def _zip(*lists: Value) -> Value:
    given: Iterable[Value] = lists
    if len(lists) == 1:
        given = items_of(lists[0]) or ()
    columns = [items_of(column) for column in given]
    if any(column is None for column in columns):
        raise UndecidedError
    return tuple(Tuple(row) for row in zip(*(column for column in columns if column is not None), strict=False))


PLAIN: Final[Mapping[str, Callable[..., Value]]] = {
    "to_list": lambda items: items,
    "run": lambda _: Atom("ok"),
    "count": len,
    "with_index": _with_index,
    "join": lambda items, separator="": separator.join(map(to_string, items)),
    "concat": lambda items, more=None: _flat_map((items, more) if more is not None else items, lambda item: item),
    "reverse": lambda items, tail=(): (*reversed(items), *tail),
    "sort": lambda items: tuple(sorted(items, key=_sortable)),
    "uniq": lambda items: tuple(dict.fromkeys(items)),
    "at": _at,
    "member?": lambda items, item: item in items,
    "empty?": lambda items: not items,
    "zip": _zip,
    "unzip": _unzip,
    "slice": lambda items, start, count: items[start : start + count],
    "take": lambda items, count: items[:count] if count >= 0 else items[count:],
    "drop": lambda items, count: items[count:] if count >= 0 else items[:count],
    "sum": sum,
    "max": lambda items: max(items, key=_sortable),
    "min": lambda items: min(items, key=_sortable),
    "any?": lambda items: any(truth(item) for item in items),
    "all?": lambda items: all(truth(item) for item in items),
    "chunk_every": _chunks,
    "intersperse": lambda items, item: tuple(part for each in items for part in (item, each))[1:],
    "into": _into,
    "new": lambda items=(): _into(items, Map(())),
}


def _word(name: str) -> Word:
    def word(interpreter: Interpreter, site: Site) -> Value:
        values = interpreter.arguments(site)
        items = items_of(values[0]) if values else ()
        functions = [value for value in values[1:] if isinstance(value, Function)]
        if items is None:
            return _suppose(interpreter, site, values[0], functions)
        table = HIGHER if functions else PLAIN
        if name not in table:
            return Unknown("a call that reading cannot follow", f"Enum.{name}/{site.arity}")
        rest = [_callable(value) if isinstance(value, Function) else value for value in values[1:]]
        if any(isinstance(value, Unknown) for value in rest):
            return next(value for value in rest if isinstance(value, Unknown))
        return _apply(table[name], [items, *rest], name)

    return word


def _apply(function: Callable[..., Value], values: Sequence[object], name: str) -> Value:
    try:
        return function(*values)
    except (UndecidedError, TypeError, ValueError, IndexError, AttributeError):
        return Unknown("a call that reading cannot follow", f"Enum.{name}")


def _callable(function: Function) -> Callable[..., Value]:
    return lambda *values: function.apply(values[: function.arity])


def _suppose(interpreter: Interpreter, site: Site, source: Value, functions: list[Function]) -> Value:
    reason = source.reason if isinstance(source, Unknown) else "what is not known"
    element = Unknown(reason)
    for function in functions:
        interpreter.suppose(
            [partial(function.apply, [element] * function.arity)],
            site.node,
            site.frame,
            f"a loop over {reason}",
        )
    return Unknown(reason)


ENUM: Final[Mapping[str, Word]] = {name: _word(name) for name in {*HIGHER, *PLAIN}}
MAP_WORDS: Final[Mapping[str, Word]] = {"new": ENUM["new"]}
