"""Strings, charlists, heredocs, sigils and quoted atoms: from the opening quote to the node that it becomes."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final, NamedTuple, TypeAlias

from rules.elixir.errors import Rejected
from rules.elixir.escapes import InvalidEscape, unescape
from rules.elixir.syntax import (
    Atom,
    Call,
    Charlist,
    Fragment,
    Keyword,
    List,
    Modifiers,
    Name,
    Node,
    String,
    Syntax,
    Token,
    Variable,
)

CLOSING: Final = {"(": ")", "[": "]", "{": "}", "<": ">"}
BIDIRECTIONAL: Final = "\u202a-\u202e\u2066-\u2069"
_HEREDOC_HEADER: Final = re.compile(r"[ \t]*+\r?\n")
_MODIFIERS: Final = re.compile(r"[A-Za-z0-9]*+")


class Interpolation(NamedTuple):
    """`#{` at *start*, the tokens in it, and the offset of its `}`."""

    start: int
    tokens: Sequence[Token | Node]
    closing: int


Part: TypeAlias = Fragment | Interpolation
Tokenize: TypeAlias = Callable[[int], tuple[Sequence[Token | Node], int]]  # from an offset up to the `}` that ends it
Parse: TypeAlias = Callable[[Sequence[Token | Node]], Syntax]


class Interpolated(Token):
    """A literal whose value is known when its interpolations are parsed."""

    __slots__ = ("modifiers", "parts")

    def __init__(self, kind: str, start: int, end: int, form: str, parts: Sequence[Part]) -> None:
        super().__init__(kind, start, end, form)
        self.parts = parts
        self.modifiers: Modifiers | None = None

    def build(self, parse: Parse) -> Syntax:
        """Return the node, its interpolations parsed by *parse*."""
        mark = Token("QUOTE", self.start, self.end, self.text)
        parts = tuple(
            part if isinstance(part, Fragment) else _embedded(part, parse(part.tokens), self.text)
            for part in self.parts
        )
        if self.modifiers is not None:
            return sigil(self.text, self.start, self.end, parts, self.modifiers)
        if self.text == "charlist":
            form = Call(self.start, self.start, ".", (_name("Elixir.List", self), _name("to_charlist", self)), mark)
            pieces = List(self.start, self.end, parts, brackets=False)
            return Call(self.start, self.end, form, (pieces,), mark)
        binary = Call(self.start, self.end, "<<>>", parts, mark)
        if self.text == "string":
            return binary
        form = Call(self.start, self.start, ".", (_name("erlang", self), _name("binary_to_atom", self)), mark)
        binary.name_token = Token("NAME", self.start, self.end, "")
        return Call(self.start, self.end, form, (binary, _name("utf8", self)), mark)


def _name(name: str, token: Token) -> Name:
    return Name(token.start, token.start, name)


def _embedded(part: Interpolation, value: Syntax, form: str) -> Syntax:
    """Wrap what stands in `#{…}` as Elixir does: `Kernel.to_string(value) :: binary`."""
    start, end = part.start, part.closing + 1
    mark = Token("NAME", start, start + 2, "#{")
    names = (Name(start, start, "Elixir.Kernel"), Name(start, start, "to_string"))
    call = Call(start, end, Call(start, start, ".", names, mark), (value,), mark)
    call.closing_token = Token("RBRACE", part.closing, end, "}")
    return call if form == "charlist" else Call(start, end, "::", (call, Variable(start, start, "binary")), mark)


def sigil(name: str, start: int, end: int, parts: tuple[Syntax, ...], modifiers: Modifiers) -> Call:
    """Build the call that a sigil is."""
    binary = Call(start, end, "<<>>", parts, Token("SIGIL", start, end, name))
    return Call(start, end, f"sigil_{name}", (binary, modifiers), Token("SIGIL", start, end, name))


class Quotes:
    """Reads what stands between quotes in one text."""

    def __init__(self, text: str, tokenize: Tokenize) -> None:
        self.text = text
        self.tokenize = tokenize

    def quoted(self, start: int) -> Token | Node:
        """Read a string, a charlist, either as a heredoc, or a quoted keyword, from its quote at *start*."""
        quote = self.text[start]
        form = "string" if quote == '"' else "charlist"
        if self.text.startswith(quote * 3, start):
            parts, end = self._heredoc(start, start, quote, interpolates=True)
            return self._literal(form, start, end, self._unescaped(parts, start))
        raw, end = self._scan(start + 1, quote, "string", start, interpolates=True)
        parts = self._unescaped(raw, start)
        if self.text[end : end + 1] == ":" and self.text[end + 1 : end + 2] in {" ", "\t", "\n", "\r"}:
            return self._key(start, end + 1, parts)
        return self._literal(form, start, end, parts)

    def atom(self, start: int) -> Token | Node:
        """Read `:"…"` from its colon at *start*."""
        raw, end = self._scan(start + 2, self.text[start + 1], "atom", start, interpolates=True)
        parts = self._unescaped(raw, start)
        if len(parts) == 1 and isinstance(parts[0], Fragment):
            return Atom(start, end, _atom_name(parts[0], start))
        return Interpolated("INTERPOLATED", start, end, "atom", parts)

    def function_name(self, start: int) -> tuple[str, int]:
        """Read the quoted name after a dot, and where it ends; escapes stay as they are."""
        parts, end = self._scan(start + 1, self.text[start], "function name", start, interpolates=True)
        if len(parts) != 1 or not isinstance(parts[0], Fragment):
            raise Rejected(
                "interpolation is not allowed when calling function/macro. "
                f"Found interpolation in a call starting with: {self.text[start]}",
                start,
            )
        return str(parts[0].value), end

    def sigil(self, start: int, opening: int) -> Token | Node:
        """Read a sigil that begins at *start*, its delimiter at *opening*."""
        name = self.text[start + 1 : opening]
        interpolates = name[0].islower()
        delimiter = self.text[opening]
        if delimiter in "\"'" and self.text.startswith(delimiter * 3, opening):
            parts, end = self._heredoc(start, opening, delimiter, interpolates=interpolates)
        else:
            closing = CLOSING.get(delimiter, delimiter)
            what = f"sigil ~{name}{delimiter}"
            parts, end = self._scan(opening + 1, closing, what, start, interpolates=interpolates)
        found = _MODIFIERS.match(self.text, end)
        assert found is not None  # noqa: S101  # it may match nothing, but it matches
        modifiers = Modifiers(end, found.end(), found[0])
        if len(parts) == 1 and isinstance(parts[0], Fragment):
            return sigil(name, start, found.end(), (parts[0],), modifiers)
        made = Interpolated("INTERPOLATED", start, found.end(), name, parts)
        made.modifiers = modifiers
        return made

    def _literal(self, form: str, start: int, end: int, parts: Sequence[Part]) -> Token | Node:
        if len(parts) != 1 or not isinstance(parts[0], Fragment):
            return Interpolated("INTERPOLATED", start, end, form, parts)
        value = parts[0].value
        if form == "string":
            return String(start, end, value)
        if isinstance(value, bytes):
            raise Rejected("invalid encoding in charlist", start)
        return Charlist(start, end, value)

    def _key(self, start: int, end: int, parts: Sequence[Part]) -> Token | Node:
        if len(parts) == 1 and isinstance(parts[0], Fragment):
            return Keyword(start, end, _atom_name(parts[0], start))
        return Interpolated("INTERPOLATED_KEYWORD", start, end, "keyword", parts)

    def _unescaped(self, parts: Sequence[Part], start: int) -> Sequence[Part]:
        for part in parts:
            if isinstance(part, Fragment) and isinstance(part.value, str):
                try:
                    part.value = unescape(part.value)
                except InvalidEscape as invalid:
                    raise Rejected(str(invalid), start) from None
        return parts

    def _heredoc(self, start: int, opening: int, quote: str, *, interpolates: bool) -> tuple[Sequence[Part], int]:
        """Read a heredoc; each of its lines loses as much indentation as its closing quotes have."""
        header = _HEREDOC_HEADER.match(self.text, opening + 3)
        if header is None:
            message = "heredoc allows only zero or more whitespace characters followed by a new line after "
            raise Rejected(message + quote * 3, start)
        parts, end = self._scan(header.end() - 1, quote * 3, "heredoc", start, interpolates=interpolates)
        indentation = end - 3 - (self.text.rfind("\n", 0, end) + 1)
        indented = re.compile(rf"\n[ \t]{{0,{indentation}}}")
        for part in parts:
            if isinstance(part, Fragment):
                part.value = indented.sub("\n", str(part.value))
        head = parts[0]
        assert isinstance(head, Fragment)  # noqa: S101  # the line break of the header comes first
        head.value = str(head.value)[1:]
        head.start += 1
        return parts, end

    def _scan(
        self, position: int, terminator: str, what: str, start: int, *, interpolates: bool
    ) -> tuple[list[Part], int]:
        """Read up to *terminator*; return the parts, still escaped, and the offset after it."""
        text = self.text
        search = _stops(terminator, interpolates=interpolates).search
        parts: list[Part] = []
        pieces: list[str] = []
        begin = position
        while True:
            found = search(text, position)
            if found is None:
                raise self._missing(f"terminator: {terminator}", what, start, len(text))
            pieces.append(text[position : found.start()])
            position = found.end()
            stop = found.lastgroup
            if stop == "end":
                pieces.append(found["kept"] or "")
                break
            if stop == "interpolation":
                _flush(parts, pieces, begin, found.start())
                tokens, closing = self.tokenize(position)
                if closing < 0:
                    raise self._missing('interpolation terminator: "}"', what, start, found.start())
                parts.append(Interpolation(found.start(), tokens, closing))
                begin = position = closing + 1
            elif stop == "bidirectional":
                raise _bidirectional(found)
            else:
                pieces.append(terminator if stop == "terminator" else found[0])
        _flush(parts, pieces, begin, found.start("end"))
        return parts or [Fragment(begin, begin, "")], position

    def _missing(self, missing: str, what: str, start: int, offset: int) -> Rejected:
        line = self.text.count("\n", 0, start) + 1
        return Rejected(f"missing {missing} (for {what} starting at line {line})", offset)


def _flush(parts: list[Part], pieces: list[str], begin: int, end: int) -> None:
    text = "".join(pieces)
    if text:
        parts.append(Fragment(begin, end, text))
    pieces.clear()


@cache
def _stops(terminator: str, *, interpolates: bool) -> re.Pattern[str]:
    """Match whatever in a quoted text is not plain: its end, escapes, interpolations."""
    quote = re.escape(terminator)
    end = rf"(?P<kept>(?:\\\r?)?\n)[ \t]*+(?P<end>{quote})" if len(terminator) > 1 else rf"(?P<kept>)(?P<end>{quote})"
    alternatives = [
        end,
        rf"(?P<terminator>\\{quote})",
        r"(?P<escape>\\(?:\r\n|.))",
        rf"(?P<bidirectional>[{BIDIRECTIONAL}])",
    ]
    if interpolates:
        alternatives.append(r"(?P<interpolation>#\{)")
    return re.compile("|".join(alternatives), re.DOTALL)


def _bidirectional(found: re.Match[str]) -> Rejected:
    escaped = f"\\u{ord(found[0]):04X}"
    return Rejected(
        f"invalid bidirectional formatting character in string: {escaped}. "
        f"If you want to use such character, use it in its escaped {escaped} form instead",
        found.start(),
    )


def _atom_name(part: Fragment, start: int) -> str:
    if isinstance(part.value, bytes):
        raise Rejected("invalid encoding in atom", start)
    if len(part.value.encode()) > 255:  # noqa: PLR2004  # the limit of the Erlang virtual machine
        raise Rejected(f"atom length must be less than system limit: {part.value}", start)
    return part.value
