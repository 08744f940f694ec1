"""What lists, tuples, bitstrings, maps and structs become; the names of the functions are those in grammar.lark."""

from typing import NamedTuple, TypeAlias

from rules.elixir.calls import ambiguous_call, gather_keywords, refuse_ambiguous
from rules.elixir.errors import Rejected
from rules.elixir.messages import AMBIGUOUS_ELEMENT
from rules.elixir.operators import BINARY, PREFIX, FlatRow, holds_weaker_than, resolve
from rules.elixir.syntax import Association, Atom, Call, List, Name, Pair, Syntax, Token, Tuple, Variable

Part: TypeAlias = Token | list[Syntax]


class Fields(NamedTuple):
    """What stands between the braces of a map."""

    opening: Token
    entries: "list[Syntax]"
    closing: Token


class Update(Association):
    """The entry after the bar of `%{subject | entry}`; it leaves no trace in the tree."""

    __slots__ = ("entry", "mark", "subject")

    def __init__(self, subject: Syntax, mark: Token, entry: Syntax) -> None:
        super().__init__(subject.start, entry.end, subject, entry)
        self.subject = subject
        self.mark = mark
        self.entry = entry


# ── Lists, tuples, bitstrings ──


def list_of(opening: Token, *parts: Part) -> List:
    """Build `[…]`."""
    return List(opening.start, _closing(parts).end, tuple(_elements(parts)), brackets=True)


def tuple_of(opening: Token, *parts: Part) -> Syntax:
    """Build `{…}`; Elixir knows tuples of two as literals, and others as calls."""
    items = _items(parts)
    closing = _closing(parts)
    if len(items) == 2:  # noqa: PLR2004  # see above
        return Tuple(opening.start, closing.end, *items)
    return _container("{}", opening.start, opening, items, closing)


def bits_of(opening: Token, *parts: Part) -> Call:
    """Build `<<…>>`."""
    return _container("<<>>", opening.start, opening, _items(parts), _closing(parts))


def remote_tuple(subject: Syntax, mark: Token, opening: Token, *parts: Part) -> Call:
    """Build `Alias.{…}`."""
    items = _items(parts)
    form = Call(subject.start, opening.end, ".", (subject, Name(opening.start, opening.end, "{}")), mark)
    made = Call(subject.start, _closing(parts).end, form, items, mark)
    if items:  # Elixir does not say where `Alias.{}` closes
        made.opening_token, made.closing_token = opening, _closing(parts)
    return made


def _container(form: str, start: int, opening: Token, items: tuple[Syntax, ...], closing: Token) -> Call:
    made = Call(start, closing.end, form, items, opening)
    made.opening_token, made.closing_token = opening, closing
    return made


def _elements(parts: tuple[Part, ...]) -> list[Syntax]:
    """Return what stands between brackets, and refuse a single call whose commas are ambiguous."""
    elements = parts[0] if isinstance(parts[0], list) else []
    if len(elements) == 1:
        refuse_ambiguous(elements[0], AMBIGUOUS_ELEMENT)
    return elements


def _items(parts: tuple[Part, ...]) -> tuple[Syntax, ...]:
    """Return the elements with keywords gathered at the end; keywords alone are not enough here."""
    elements = _elements(parts)
    if not elements:
        return ()
    if type(elements[0]) is Pair:
        raise Rejected(f"syntax error before: {_words(elements[0].left)}", elements[0].start)
    return gather_keywords(elements)


def _closing(parts: tuple[Part, ...]) -> Token:
    closing = parts[-1]
    assert isinstance(closing, Token)  # noqa: S101  # the grammar says so; the check is for mypy
    return closing


def _words(key: Syntax) -> str:
    return key.name if isinstance(key, Atom) else "interpolated keyword"


# ── Maps and structs ──


def fields(opening: Token, *parts: Part) -> Fields:
    """Enclose the entries of a map."""
    closing = _closing(parts)
    elements = _elements(parts)
    if not elements:
        return Fields(opening, [], closing)
    first, *rest = elements
    for late in rest:
        if isinstance(late, Update):
            raise Rejected("syntax error before: '|'", late.mark.start)
    entries = [_first_entry(first, closing), *(_entry(entry, closing) for entry in rest)]
    return Fields(opening, entries, closing)


def association(left: Syntax | FlatRow, arrow: Token, right: Syntax) -> Association:
    """Join `key => value`."""
    refuse_ambiguous(right, AMBIGUOUS_ELEMENT)
    key = resolve(left) if isinstance(left, list) else left
    if ambiguous_call(key) is not None and not (isinstance(key, Call) and key.form in PREFIX and len(key.args) == 1):
        raise Rejected("syntax error before: '=>'", arrow.start)
    return Association(key.start, right.end, key, right)


def update(left: Syntax | FlatRow, mark: Token, key: Syntax, value: Syntax) -> Update:
    """Take the first keyword of `%{subject | key: value}`."""
    refuse_ambiguous(value, AMBIGUOUS_ELEMENT)
    row: FlatRow = left if isinstance(left, list) else [left]
    if holds_weaker_than(row, BINARY["|"][1]):
        raise Rejected(f"syntax error before: {_words(key)}", key.start)
    return Update(resolve(row), mark, Pair(key.start, value.end, key, value))


def map_of(percent: Token, group: Fields) -> Call:
    """Build `%{…}`."""
    return _container("%{}", percent.start, group.opening, _entries(group), group.closing)


def struct_of(percent: Token, *parts: Syntax | Token | Fields) -> Call:
    """Build `%Name{…}`, `%name{…}`, `%^name{…}`."""
    group = parts[-1]
    assert isinstance(group, Fields)  # noqa: S101  # the grammar says so; the check is for mypy
    before = [part for part in parts[:-1] if not isinstance(part, Token | Fields)]
    separator = parts[-2]
    if isinstance(separator, Token) and separator.text != "\n":
        raise Rejected("syntax error before: ';'", separator.start)
    made = _container("%{}", group.opening.start, group.opening, _entries(group), group.closing)
    name: Syntax = before[0]
    if not _can_name_struct(name):
        raise Rejected("syntax error before: '{'", group.opening.start)
    if isinstance(parts[0], Token):
        name = Call(parts[0].start, name.end, parts[0].text, (name,), parts[0])
    return Call(percent.start, group.closing.end, "%", (name, made), percent)


def _entries(group: Fields) -> tuple[Syntax, ...]:
    entries = group.entries
    if not entries or not isinstance(entries[0], Update):
        return tuple(entries)
    first = entries[0]
    items = (first.entry, *entries[1:])
    changes = List(first.entry.start, entries[-1].end, items, brackets=False)
    return (Call(first.start, changes.end, "|", (first.subject, changes), first.mark),)


def _first_entry(entry: Syntax, closing: Token) -> Syntax:
    """Take `subject | entry` for an update, which it is nowhere else in a map."""
    bar = entry.left if type(entry) is Association else entry
    if not (isinstance(bar, Call) and bar.form == "|" and not bar.inner and bar.name_token is not None):
        return _entry(entry, closing)
    subject, new = bar.args
    if type(entry) is Association:
        return Update(subject, bar.name_token, Association(new.start, entry.end, new, entry.right))
    return Update(subject, bar.name_token, _entry(new, closing))


def _entry(entry: Syntax, closing: Token) -> Syntax:
    """Let stand in a map what is an association, or what could become one when it is expanded."""
    if isinstance(entry, Pair) and not isinstance(entry, Tuple):
        return entry
    if isinstance(entry, Variable) and not entry.inner:
        return entry
    if isinstance(entry, Call) and not entry.inner and _is_function_call(entry):
        return entry
    raise Rejected("syntax error before: '}'", closing.start)


def _is_function_call(call: Call) -> bool:
    token = call.name_token
    if call.do_token is not None or token is None:
        return False
    return token.kind in ("IDENTIFIER", "PAREN_IDENTIFIER", "OP_IDENTIFIER", "DO_IDENTIFIER", "DOT_CALL")


def _can_name_struct(node: Syntax) -> bool:
    while isinstance(node, Call) and node.form == "@" and not node.inner:
        node = node.args[0]
    if node.inner:
        return False
    if isinstance(node, Atom):
        return node.name not in ("true", "false", "nil")
    if not isinstance(node, Call):
        return isinstance(node, Variable)
    return node.form == "__aliases__" or _is_function_call(node)
