"""What an expression is evaluated in: modules with their functions, frames with their variables, values that act."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from rules.ecto.values import Atom, Fragment, Internal, Map, Opaque, Struct, Tuple, Value
from rules.elixir.syntax import Call, Syntax
from rules.source import SourceFile, Span

LONGEST: Final = 1_000_000  # characters or elements; the longest text in a public migration has 60,000
EXPLOSIVE: Final = re.compile(r"\([^()]*[+*{][^()]*\)[+*{]")


@dataclass(frozen=True, slots=True)
class Unknown(Internal):
    """A value that only the running system knows."""

    reason: str  # for people: a noun phrase, such as "what the database holds"
    subject: str = ""  # the call that it comes from
    tables: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"#Unknown<{self.reason}>"


@dataclass(frozen=True, slots=True)
class Template(Unknown):
    """A text of which a part is unknown; `…` stands for it."""

    text: str = ""


def joined(parts: Sequence[Value]) -> Value:
    """Return the text of *parts*, which are texts or unknown."""
    unknown = next((part for part in parts if isinstance(part, Unknown)), None)
    text = "".join(
        part.text if isinstance(part, Template) else part if isinstance(part, str) else "…" for part in parts
    )
    if len(text) > LONGEST:
        return Unknown("a text that is too long to follow")
    return text if unknown is None else Template(unknown.reason, unknown.subject, unknown.tables, text)


@dataclass(frozen=True, slots=True)
class Function(Internal):
    """A function as a value; *apply* evaluates it."""

    arity: int
    apply: Callable[[Sequence[Value]], Value]

    def __str__(self) -> str:
        return f"#Function<{self.arity}>"


@dataclass(frozen=True, slots=True)
class Range(Internal):
    """`first..last//step`."""

    first: int
    last: int
    step: int = 1

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.last + (1 if self.step > 0 else -1), self.step))

    def __len__(self) -> int:
        return max(0, (self.last - self.first) // self.step + 1)


@dataclass(frozen=True, slots=True)
class Regex(Internal):
    """`~r/pattern/`; Python reads the patterns that migrations use as Erlang does."""

    pattern: str
    ignores_case: bool = False

    def __str__(self) -> str:
        return f"~r/{self.pattern}/"

    def compiled(self) -> "re.Pattern[str]":
        """Return the expression to match with; ValueError where Python does not know it, or may not come to an end."""
        if EXPLOSIVE.search(self.pattern):
            raise ValueError("a repetition within a repetition takes exponential time")
        try:
            return re.compile(self.pattern, re.IGNORECASE if self.ignores_case else 0)
        except re.error as error:
            raise ValueError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Quoted(Internal):
    """Code as a value: an argument of a macro, or what `quote` gives, in the frame where it was written."""

    node: Syntax
    frame: "Frame"

    def __str__(self) -> str:
        return "#Quoted"


@dataclass(frozen=True, slots=True)
class Definition:
    """One clause of a function or macro, and what held where it was written."""

    name: str
    parameters: tuple[Syntax, ...]
    guard: Syntax | None
    body: Syntax | None
    node: Call  # the whole `def`
    attributes: Mapping[str, Value]
    is_public: bool = True
    is_macro: bool = False
    site: Call | None = None  # the `use` in the migration that brought it, if it was not written there


@dataclass(slots=True)
class Imported:
    """`import Module, only: ...`."""

    module: str
    only: frozenset[tuple[str, int]] | None = None
    excluded: frozenset[tuple[str, int]] = frozenset()

    def brings(self, name: str, arity: int) -> bool:
        """Tell whether a call of that name may mean the imported function."""
        if self.only is not None:
            return (name, arity) in self.only
        return (name, arity) not in self.excluded


@dataclass(slots=True)
class Module:
    """A module as far as it was read."""

    name: str  # with Elixir. in front
    source: SourceFile
    node: Call
    outer: "Module | None" = None
    definitions: dict[tuple[str, int], list[Definition]] = field(default_factory=dict)
    attributes: dict[str, Value] = field(default_factory=dict)
    written: list[tuple[str, Value, Span]] = field(default_factory=list)  # attributes in their order
    imports: list[Imported] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)
    is_migration: bool = False
    is_schema: str | None = None  # the table of an Ecto.Schema
    used: list[str] = field(default_factory=list)  # modules that it uses and whose source is not known
    after_use: Span | None = None

    def clauses(self, name: str, arity: int) -> list[Definition]:
        """Return the clauses of a function, those of its outer modules left out."""
        return self.definitions.get((name, arity), [])

    def exports(self, name: str) -> list[Definition]:
        """Return the clauses of the public function *name* without arguments."""
        return [clause for clause in self.clauses(name, 0) if clause.is_public and not clause.is_macro]


@dataclass(slots=True)
class Frame:
    """Where an expression stands: its module, its variables, and the call in the migration that stands for it."""

    module: Module
    variables: dict[str, Value]
    attributes: Mapping[str, Value]
    site: Call | None = None  # the call in the migration's own file, while code of another file runs
    shared: bool = False  # what runs here may run again from the same text
    quoting: "Frame | None" = None  # where `unquote` looks

    def inner(self, *, shared: bool = False) -> "Frame":
        """Return a frame whose new variables are not seen outside."""
        copy = replace(self, variables=dict(self.variables))
        copy.shared = self.shared or shared
        return copy


Evaluate: TypeAlias = Callable[[Syntax, Frame], Value]
# Values that hold no others; asking their type is several times faster than matching them.
PLAIN: Final = frozenset({str, int, float, bool, bytes, type(None), Atom, Fragment, Opaque})


def unknown_in(value: Value) -> Unknown | None:
    """Return the first unknown in *value*, if there is one."""
    kind = type(value)
    if kind in PLAIN:
        return None
    if isinstance(value, Unknown):
        return value
    for part in _parts(value):
        if type(part) not in PLAIN and (found := unknown_in(part)) is not None:
            return found
    return None


def _parts(value: Value) -> Iterable[Value]:
    match value:
        case tuple():
            return value
        case Tuple(items):
            return items
        case Map(entries):
            return (part for entry in entries for part in entry)
        case Struct(fields=fields):
            return fields.values()
        case _:
            return ()


def truth(value: Value) -> bool | None:
    """Return whether Elixir takes *value* for true; None where it is unknown."""
    if isinstance(value, Unknown):
        return None
    return value is not None and value is not False
