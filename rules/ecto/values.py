"""What an Elixir expression of a migration may be worth, as plain Python values.

nil, true, false     None, True, False        "text", 1, 1.5   str, int, float
:name, Some.Module   Atom                     <<0, 255>>       bytes
[a, b]               tuple                    {a, b}           Tuple
%{a => b}            Map                      ~N[...], Decimal Opaque, with what `inspect` prints
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias, Union

from rules.elixir.syntax import Pair


@dataclass(frozen=True, slots=True)
class Atom:
    """An atom, without its colon; a module's name begins with `Elixir.` as inside Elixir."""

    name: str


@dataclass(frozen=True, slots=True)
class Tuple:
    """A tuple; *pair* is the `key: value` or `{key, value}` that wrote it, where one did."""

    items: tuple["Value", ...]
    pair: Pair | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Map:
    """A map in the order in which it was written; a later key has replaced an earlier one."""

    entries: tuple[tuple["Value", "Value"], ...]


@dataclass(frozen=True, slots=True)
class Fragment:
    """`fragment(sql)`: SQL in the place of a value."""

    sql: str


@dataclass(frozen=True, slots=True)
class Struct:
    """A struct with its fields in the order of its definition; of migrations, those that messages print."""

    module: str
    fields: Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that Ecto can only print: a date, a Decimal, a bitstring."""

    inspected: str


class Internal:
    """A value that lives only while a migration is evaluated: a function, a query, the unknown; never in a command."""

    __slots__ = ()


Value: TypeAlias = Union[
    bool, int, float, str, bytes, Atom, Tuple, "tuple[Value, ...]", Map, Fragment, Struct, Opaque, Internal, None
]
CONSTANTS: Final[Mapping[str, Value]] = {"nil": None, "true": True, "false": False}


@lru_cache(maxsize=4096)  # migrations name the same columns and options over and over
def atom(name: str) -> Value:
    """Return the value that an atom of that name stands for."""
    return CONSTANTS[name] if name in CONSTANTS else Atom(name)
