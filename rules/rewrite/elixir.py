"""Elixir as rewrites write it: values, types and calls as syntax, to be printed in the place where they go."""

from collections.abc import Iterable

from rules.ecto.options import Options
from rules.ecto.types import ArrayType, ColumnType, MapType, NamedType, Reference, UnsupportedType
from rules.ecto.values import Atom as AtomValue
from rules.ecto.values import Fragment, Map, Tuple, Value
from rules.elixir import syntax
from rules.elixir.syntax import Atom, Call, Keyword, List, Number, Pair, String, Syntax


class CannotWriteError(Exception):
    """A value that has no literal in Elixir that we would dare to write."""


def atom(name: str) -> Atom:
    """Return `:name`, or one of nil, true and false."""
    return Atom(0, 0, name)


def text(value: str) -> String:
    """Return a string."""
    return String(0, 0, value)


def keywords(pairs: Iterable[tuple[str, Syntax]], *, brackets: bool = False) -> List:
    """Return a keyword list; without brackets it ends a call's arguments or a tuple."""
    return List(0, 0, tuple(Pair(0, 0, Keyword(0, 0, key), value) for key, value in pairs), brackets=brackets)


def items(values: Iterable[Syntax]) -> List:
    """Return a list in brackets."""
    return List(0, 0, tuple(values), brackets=True)


def pair(left: Syntax, right: Syntax) -> syntax.Tuple:
    """Return `{left, right}`."""
    return syntax.Tuple(0, 0, left, right)


def call(name: str, *arguments: Syntax, options: Iterable[tuple[str, Syntax]] = ()) -> Call:
    """Return a call; *options* end its arguments, if there are any."""
    last = keywords(options)
    return Call(0, 0, name, (*arguments, last) if last.items else arguments, None)


def block(name: str, argument: Syntax, body: Iterable[Syntax]) -> Call:
    """Return a call with a `do` block."""
    statements = Call(0, 0, "__block__", tuple(body), None)
    done = List(0, 0, (Pair(0, 0, atom("do"), statements),), brackets=False)
    made = Call(0, 0, name, (argument, done), None)
    made.do_token = made.end_token = syntax.Token("do", 0, 0, "do")
    return made


def literal(value: Value) -> Syntax:
    """Return *value* as Elixir writes it."""
    match value:
        case None | bool():
            return atom("nil" if value is None else str(value).lower())
        case int() | float():
            return Number(0, 0, value)
        case str():
            return text(value)
        case _:
            return _composed(value)


def _composed(value: Value) -> Syntax:
    match value:
        case AtomValue(name=name):
            return atom(name)
        case Fragment(sql=sql):
            return call("fragment", text(sql))
        case Tuple(items=(left, right)):
            return pair(literal(left), literal(right))
        case tuple():
            return items(map(literal, value))
        case Map(entries=()):
            return Call(0, 0, "%{}", (), None)
        case _:
            raise CannotWriteError(f"{value!r} has no plain literal")


def type_of(kind: ColumnType) -> Syntax:
    """Return a column's type as a migration writes it."""
    match kind:
        case NamedType(name=name):
            return atom(name)
        case ArrayType(of=inner):
            return pair(atom("array"), type_of(inner))
        case MapType(of=inner):
            return pair(atom("map"), type_of(inner))
        case Reference(target=target, options=written):
            return call("references", atom(target.name), options=written_options(written))
        case UnsupportedType(inspected=inspected):
            raise CannotWriteError(inspected)


def written_options(options: Options) -> list[tuple[str, Syntax]]:
    """Return *options* as they would be written again, the first of two equal keys only."""
    keys = dict.fromkeys(option.key for option in options)
    return [(key, literal(options.get(key))) for key in keys]
