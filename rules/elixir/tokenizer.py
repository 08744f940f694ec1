"""Text to tokens, by one regular expression and one method for each of its groups.

It follows elixir_tokenizer.erl, and decides here what would be ambiguous to the grammar (see grammar.lark).
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from rules.elixir import identifiers, numbers
from rules.elixir.brackets import Brackets
from rules.elixir.errors import Refused, Rejected
from rules.elixir.limits import MAX_ERRORS, MAX_INTERPOLATIONS, MAX_TOKENS, too_broken, too_deep
from rules.elixir.marks import Marks
from rules.elixir.quotes import Quotes
from rules.elixir.syntax import Atom, Call, CaptureIndex, Error, String
from rules.elixir.vocabulary import MASTER, SIGIL_DELIMITERS, STRAY
from rules.elixir.words import Item


class Tokenizer(Marks):
    """Reads the tokens of a text from an offset on, to its end or to the `}` that ends an interpolation.

    It raises Rejected at the first error; given a list of *errors*, it adds to it and reads on.
    """

    def __init__(self, text: str, errors: list[Rejected] | None = None) -> None:
        super().__init__(text, Brackets(text, self._report), Quotes(text, self._interpolation))
        self.errors = errors
        self.position = 0

    def run(self) -> list[Item]:
        """Return the tokens."""
        while self.position < len(self.text) and self.closing < 0:
            try:
                self._run()
            except Refused:
                raise
            except Rejected as rejected:
                self._report(rejected)
                self._skip(rejected)
        if self.closing < 0:
            for closing in self.brackets.ended():
                self._append_closing(closing)
        return self.tokens

    def _run(self) -> None:
        """Read until something cannot be read."""
        text = self.text
        match, methods = MASTER.match, _METHODS
        start = position = self.position
        try:
            for _ in range(MAX_TOKENS):
                found = match(text, position)
                if found is None:  # nothing but spaces is left
                    break
                group = found.lastindex or 0
                start, end = found.span(group)
                position = methods[group](self, start, end)
            else:
                raise Refused(f"the source has more than {MAX_TOKENS:,} tokens", start)
        except Rejected:
            self.position = start
            raise
        self.position = len(text)

    def _report(self, rejected: Rejected) -> None:
        if self.errors is None:
            raise rejected
        self.errors.append(rejected)
        if len(self.errors) > MAX_ERRORS:
            raise too_broken(rejected.offset)

    def _skip(self, rejected: Rejected) -> None:
        """Pass over what cannot be read: a word or mark, or a line where quotes do not end."""
        start = self.position
        line_end = self.text.find("\n", start)
        end = line_end if line_end >= 0 else len(self.text)
        stray = STRAY.match(self.text, max(start, rejected.offset))
        if stray is not None and self.text[start] not in _BEFORE_QUOTES:
            end = min(end, stray.end())
        self.position = max(end, start + 1)
        self.tokens.append(Error(start, self.position, rejected.message))

    # ── Literals ──

    def atom(self, start: int, end: int) -> int:
        """Read `:name`."""
        if self.text[end : end + 1] > "\x7f":
            return self._unicode_atom(start)
        self.tokens.append(Atom(start, end, self.text[start + 1 : end]))
        return end

    def _unicode_atom(self, start: int) -> int:
        name, end, _ = identifiers.scan(self.text, start + 1)
        return self._append(Atom(start, end, name))

    def operator_atom(self, start: int, end: int) -> int:
        """Read `:+`."""
        if self.text[start:end] == "::":  # the first two colons of `:::`
            end += 1
        return self._append(Atom(start, end, self.text[start + 1 : end]))

    def quoted_atom(self, start: int, _end: int) -> int:
        """Read `:"name"`."""
        return self._append(self.quotes.atom(start))

    def plain_string(self, start: int, end: int) -> int:
        """Read a string without escapes and interpolation."""
        if self.text[end : end + 1] == ":":
            return self.quote(start, end)
        self.tokens.append(String(start, end, self.text[start + 1 : end - 1]))
        return end

    def quote(self, start: int, _end: int) -> int:
        """Read a string, a charlist, a heredoc or a quoted key."""
        return self._append(self.quotes.quoted(start))

    def sigil(self, start: int, end: int) -> int:
        """Read a sigil."""
        delimiter = self.text[end : end + 1]
        if not delimiter:
            raise Rejected(identifiers.unexpected(self.text, start), start)
        if delimiter not in SIGIL_DELIMITERS:
            column = end - self.text.rfind("\n", 0, end)
            raise Rejected(
                f'invalid sigil delimiter: "{delimiter}" (column {column}, code point U+{ord(delimiter):04X}). '
                "The available delimiters are: //, ||, \"\", '', (), [], {}, <>",
                start,
            )
        return self._append(self.quotes.sigil(start, end))

    def _interpolation(self, position: int) -> tuple[list[Item], int]:
        """Read the tokens from *position* to the `}` that ends the interpolation, and say where it stands, or -1."""
        inner = Tokenizer(self.text)
        inner.position = position
        inner.comments = self.comments
        inner.interpolations = self.interpolations + 1
        inner.brackets.nesting = self.brackets.nesting + len(self.brackets.open) + 1
        if inner.interpolations > MAX_INTERPOLATIONS:
            raise too_deep(position)
        return inner.run(), inner.closing

    def char(self, start: int, end: int) -> int:
        """Read `?a`."""
        return self._append(numbers.character(self.text, start, end))

    def number(self, start: int, _end: int) -> int:
        """Read a number; after `&` it is an argument of the capture."""
        number = numbers.number(self.text, start)
        last = self._last()
        if last is not None and last.kind == "PREFIX" and last.text == "&" and isinstance(number.value, int):
            index = CaptureIndex(start, number.end, number.value)
            self.tokens[-1] = Call(last.start, number.end, "&", (index,), last)
            return number.end
        return self._append(number)

    def other(self, start: int, _end: int) -> int:
        """Read a name that begins outside ASCII, or refuse."""
        char, follower = self.text[start], self.text[start + 1 : start + 2]
        if char > "\x7f":
            return self.unicode_name(start)
        if char == ":" and follower > "\x7f":
            return self._unicode_atom(start)
        if char == "\\" and not follower:
            raise Rejected("invalid escape \\ at end of file", start)
        raise Rejected(identifiers.unexpected(self.text, start), start)


_BEFORE_QUOTES: Final = frozenset("\"'~:")
_Method: TypeAlias = Callable[[Tokenizer, int, int], int]
_METHODS: Final[dict[int, _Method]] = {number: getattr(Tokenizer, group) for group, number in MASTER.groupindex.items()}
