"""Documents that know where they may be broken, as Elixir's Inspect.Algebra lays them out in so many columns.

https://hexdocs.pm/elixir/Inspect.Algebra.html
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Break:
    """A line break, or *flat* where the group around it fits; a *flexible* one breaks only where it must."""

    flat: str = " "
    flexible: bool = False


@dataclass(frozen=True, slots=True)
class Concat:
    """One document behind the other."""

    parts: "tuple[Doc, ...]"


@dataclass(frozen=True, slots=True)
class Nest:
    """Indent what follows a line break, by *columns* or to where it begins; perhaps only in a broken group."""

    doc: "Doc"
    columns: int | None
    if_broken: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Break everywhere or nowhere; one that *inherits* breaks if the group around it does."""

    doc: "Doc"
    inherits: bool = False


@dataclass(frozen=True, slots=True)
class NextBreakFits:
    """Whether it is enough for the document to fit up to its first break."""

    doc: "Doc"
    enabled: bool


class Hard(Enum):
    """What no line holds: a line break, one before an empty line, and a mark that the group around it breaks."""

    LINE = auto()
    BLANK = auto()
    UNFIT = auto()


Doc: TypeAlias = str | Break | Concat | Nest | Group | NextBreakFits | Hard


class _Mode(Enum):
    FLAT = auto()
    BREAK = auto()
    FLAT_NO_BREAK = auto()
    BREAK_NO_FLAT = auto()


_BREAKS: Final = frozenset({_Mode.BREAK, _Mode.BREAK_NO_FLAT})
_Item: TypeAlias = tuple[int, _Mode, Doc]


def concat(*parts: Doc) -> Concat:
    """Put documents one behind the other."""
    return Concat(parts)


def surround(left: str, doc: Doc, right: str) -> Group:
    """Put *doc* between brackets that stand on lines of their own if it does not fit."""
    return Group(concat(Nest(concat(left, Break(""), doc), 2), Break(""), right))


def with_comma(doc: Doc) -> Doc:
    """Put a comma into the group that ends *doc*, so that it counts when the group is measured."""
    match doc:
        case Concat(parts=(*before, last)):
            return concat(*before, with_comma(last))
        case Group(doc=inner, inherits=inherits):
            return Group(with_comma(inner), inherits)
        case _:
            return concat(doc, ",")


def layout(doc: Doc, width: int, column: int = 0) -> str:
    """Lay *doc* out in *width* columns, beginning at *column*."""
    written: list[str] = []
    stack: list[_Item] = [(column, _Mode.FLAT, doc)]
    while stack:
        indent, mode, part = stack.pop()
        match part:
            case str():
                written.append(part)
                column += len(part)
            case Hard.UNFIT:
                pass
            case Hard.BLANK:
                written.append("\n")
            case Hard.LINE | Break():
                flat = _stays(part, mode, width - column, stack)
                written.append(flat if flat is not None else "\n" + " " * indent)
                column = column + len(flat) if flat is not None else indent
            case Group(inherits=True) if mode is _Mode.BREAK:
                stack.append((indent, mode, part.doc))
            case Group():
                fits = _fits(width - column, [(indent, _Mode.FLAT, part.doc)])
                stack.append((indent, _Mode.FLAT if fits else _Mode.BREAK, part.doc))
            case _:
                stack.extend(_inner(indent, mode, part, column))
    return "".join(written)


def _stays(part: Hard | Break, mode: _Mode, room: int, rest: list[_Item]) -> str | None:
    """Return what stands in the place of a break that is none."""
    if isinstance(part, Hard):
        return None
    if mode is _Mode.FLAT:
        return part.flat
    fits = part.flexible and _fits(room - len(part.flat), rest, broke=True)
    return part.flat if fits else None


def _inner(indent: int, mode: _Mode, part: Doc, column: int) -> list[_Item]:
    """Return what a document is made of, last part first."""
    match part:
        case Concat(parts=parts):
            return [(indent, mode, one) for one in reversed(parts)]
        case Nest(doc=doc, columns=columns, if_broken=if_broken):
            if if_broken and mode not in _BREAKS:
                return [(indent, mode, doc)]
            return [(column if columns is None else indent + columns, mode, doc)]
        case Group(doc=doc) | NextBreakFits(doc=doc):
            return [(indent, mode, doc)]
        case _:
            return []


def _fits(room: int, rest: list[_Item], *, broke: bool = False) -> bool:
    """Tell whether what is on the stack fits in *room* columns up to the first break; without a break all fits."""
    stack, used = list(rest), 0
    while stack:
        if used > room and broke:
            return False
        indent, mode, part = stack.pop()
        match part:
            case str():
                used += len(part)
            case Hard() if mode not in _BREAKS:
                return False
            case Hard.UNFIT:
                pass
            case Hard() | Break() if mode in _BREAKS:
                return True
            case Break():
                used, broke = used + len(part.flat), True
            case _:
                stack.extend(_inner(indent, _mode_in(part, mode), part, used))
    return used <= room or not broke


def _mode_in(part: Doc, mode: _Mode) -> _Mode:
    match part:
        case NextBreakFits(enabled=False):
            return _Mode.FLAT_NO_BREAK
        case NextBreakFits() if mode is not _Mode.FLAT_NO_BREAK:
            return _Mode.BREAK_NO_FLAT
        case Group() if mode is _Mode.BREAK:
            return _Mode.FLAT
        case _:
            return mode
